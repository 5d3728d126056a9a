import type { NamedSchedule } from '../floor/schedule.js'
import type { TapOwner } from '../hooks/tap-owner.js'
import type { Plugin, PluginHandle } from './plugin.js'
import type { PluginInfo } from './plugin-context.js'
import type { StepWrap } from './step-runner.js'

/** A plugin of a trainer: its taps, and what it registered in `apply`. */
export class InstalledPlugin implements TapOwner {
  readonly plugin: Plugin
  readonly id: string
  /** Plugins are called in ascending order. */
  readonly order: number
  readonly taps = new Set<string>()
  readonly waits: (() => string | undefined)[] = []
  isMuted = false
  turn = 0
  /** Id of the plugin that muted it, if it is muted. */
  mutedBy: string | undefined
  readonly wraps: StepWrap[] = []
  readonly services: (readonly [name: string, service: unknown])[] = []
  readonly schedules: NamedSchedule[] = []
  handle: PluginHandle<unknown> = {}

  constructor(plugin: Plugin, order: number) {
    this.plugin = plugin
    this.id = plugin.id
    this.order = order
  }

  /** What others may see of it. `mutedBy` holds until the end of that run. */
  get info(): PluginInfo {
    const { name, writes = false } = this.plugin
    const taps = [...this.taps]
    const info = { id: this.id, name, writes, taps, isMuted: this.isMuted }
    if (!this.isMuted || this.mutedBy === undefined) return info
    return { ...info, mutedBy: this.mutedBy }
  }
}
