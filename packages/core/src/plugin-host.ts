import * as tf from '@tensorflow/tfjs-core'
import { forget } from './containers.js'
import { located } from './errors.js'
import type { Hooks, HookTable, TapOwner } from './hooks.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import { quote } from './nearest.js'
import type {
  AnyHandle,
  Plugin,
  PluginContext,
  PluginEntry,
  Reporter,
  StateWithTensors,
} from './plugin.js'
import { checkTogether, flattenPlugins, orderPlugins } from './plugin-order.js'
import type { Report, ReporterService } from './registry.js'
import type { StepRunner } from './train-step.js'
import { type NamedTensorData, type TensorData, under } from './variables.js'

/** What all plugins get from the trainer. */
export type SharedContext = Pick<
  PluginContext,
  'state' | 'signal' | 'rootDir' | 'log' | 'record' | 'snapshot' | 'requestSave'
>
type RequestStop = (plugin: string, message: string) => void

interface Installed extends TapOwner {
  readonly plugin: Plugin
  readonly wraps: ((next: StepRunner) => StepRunner)[]
  handle: AnyHandle
  /** Whether it is muted for this run only. */
  isMutedInRun: boolean
}

/** Applies plugins, once per trainer, and keeps their order, services, reports and states. */
export class PluginHost {
  #installed: Installed[] = []
  readonly #services: { name: string; owner: TapOwner; service: unknown }[] = []

  constructor(
    private readonly hooks: HookTable,
    private readonly shared: SharedContext,
    private readonly requestStop: RequestStop,
  ) {}

  /** The hooks as the user of the trainer taps them: after all plugins, under any name. */
  userHooks(): Hooks {
    return this.hooks.facade({ id: 'user', order: Number.MAX_SAFE_INTEGER, isMuted: false })
  }

  /** Adds plugins. @returns a function that takes them out again */
  use(entries: PluginEntry): () => Promise<void> {
    const added = flattenPlugins(entries)
    const all = [...this.plugins, ...added]
    checkTogether(all)
    const order = orderPlugins(all, this.plugins)
    const remove = () => this.remove(added)
    try {
      for (const plugin of order) if (added.includes(plugin)) this.#apply(plugin, order)
    } catch (thrown) {
      forget(remove())
      throw thrown
    }
    return remove
  }

  /** The plugins as they were given, in order. */
  get plugins(): readonly Plugin[] {
    return this.#installed.map(({ plugin }) => plugin)
  }

  /** All services of a name, in plugin order. */
  services(name: string): readonly unknown[] {
    const found = this.#services.filter((one) => one.name === name && !one.owner.isMuted)
    return found.sort((a, b) => a.owner.order - b.owner.order).map(({ service }) => service)
  }

  /**
   * Brings reports to a person: to every service `reporter`, else warnings become warnings of the
   * process. Watchers of the event `report` see all of them.
   *
   * @param plugin id of the plugin that reports; absent for the core
   */
  reporter(plugin?: string): Reporter {
    const send = (level: Report['level'], message: string): void => {
      const report: Report = plugin === undefined ? { level, message } : { level, message, plugin }
      const reporters = this.services('reporter') as ReporterService[]
      for (const reporter of reporters) reporter.report(report)
      if (reporters.length === 0 && level === 'warn') {
        const text = plugin === undefined ? message : `${plugin}: ${message}`
        globalThis.process?.emitWarning?.(text, 'RegimenWarning')
      }
      this.hooks.bus.emit('report', report)
    }
    return { info: (message) => send('info', message), warn: (message) => send('warn', message) }
  }

  /** The heart of a step inside everything that plugins wrapped around it; the first plugin is outermost. */
  wrapped(heart: StepRunner): StepRunner {
    const active = this.#installed.filter(({ isMuted }) => !isMuted)
    return active.flatMap(({ wraps }) => wraps).reduceRight((next, wrap) => wrap(next), heart)
  }

  /** Ends the muting that lasts for one run. */
  unmute(): void {
    for (const one of this.#installed) {
      if (one.isMutedInRun) one.isMuted = false
      one.isMutedInRun = false
    }
  }

  /** The states of the plugins by id, tagged; their tensors are added to the given ones. */
  save(tensors: Record<string, TensorData>): Record<string, Json> {
    const states: Record<string, Json> = {}
    for (const { id, handle, isMuted } of this.#installed) {
      if (!handle.saveState || isMuted) continue
      const saved = handle.saveState()
      const whole = hasTensors(saved) ? saved : { meta: saved, tensors: {} as NamedTensorData }
      const { meta, tensors: own } = whole
      states[id] = encodeJson(meta, `The state of plugin ${quote(id)}`)
      for (const name in own) tensors[`plugin/${id}/${name}`] = own[name] as TensorData
    }
    return states
  }

  /** Gives the plugins their saved states; what is left over is reported. */
  load(meta: Readonly<Record<string, Json>>, tensors: NamedTensorData): void {
    for (const [id, saved] of Object.entries(meta)) {
      const own = under(`plugin/${id}/`, tensors)
      const state = decodeJson(saved)
      const whole = Object.keys(own).length > 0 ? { meta: state, tensors: own } : state
      const plugin = this.#installed.find((one) => one.id === id)
      plugin?.handle.loadState?.(whole as never)
      const text = `The snapshot has state of plugin ${quote(id)}, which is not used; it is left out.`
      if (!plugin) this.reporter().warn(text)
    }
  }

  /** Takes plugins out, the last first, and disposes of them. */
  async remove(plugins: readonly Plugin[]): Promise<void> {
    const removed = this.#installed.filter(({ plugin }) => plugins.includes(plugin)).reverse()
    this.#installed = this.#installed.filter(({ plugin }) => !plugins.includes(plugin))
    for (const one of removed) one.isMuted = true
    for (const { handle } of removed) await handle.dispose?.()
  }

  #apply(plugin: Plugin, order: readonly Plugin[]): void {
    const { id } = plugin
    const place = order.indexOf(plugin)
    const ordersIn = (some: readonly Plugin[]) =>
      this.#installed.flatMap((one) => (some.includes(one.plugin) ? [one.order] : []))
    const low = Math.max(0, ...ordersIn(order.slice(0, place)))
    const high = Math.min(low + 2, ...ordersIn(order.slice(place)))
    const state = { isMuted: false, isMutedInRun: false, handle: {}, wraps: [] }
    const installed: Installed = { id, order: (low + high) / 2, plugin, ...state }
    try {
      installed.handle = plugin.apply(this.#contextFor(installed)) ?? {}
    } catch (thrown) {
      installed.isMuted = true
      const what = `Plugin ${quote(id)} failed when it was applied`
      throw located(thrown, 'REG_HOOK_FAILED', what, { plugin: id })
    }
    this.#installed = [...this.#installed, installed].sort((a, b) => a.order - b.order)
  }

  #mute(id: string): void {
    const one = this.#installed.find((installed) => installed.id === id)
    if (!one || one.isMuted) return
    one.isMuted = true
    one.isMutedInRun = true
  }

  #contextFor(owner: Installed): PluginContext {
    const { id, plugin, wraps } = owner
    const list = () =>
      this.#installed.map(({ id, isMuted, plugin: { name, writes = false } }) => {
        return { id, name, writes, isMuted }
      })
    const own: Omit<PluginContext, keyof SharedContext> = {
      id,
      hooks: this.hooks.facade(owner, [id, plugin.name]),
      events$: this.hooks.bus.all(id),
      tf,
      report: this.reporter(id),
      plugins: { list, mute: (other) => this.#mute(other) },
      requestStop: (message) => this.requestStop(id, message),
      wrapStep: (wrap) => {
        wraps.push(wrap)
        this.hooks.records.push({ owner, hook: 'step' })
      },
      aroundSync: (section) => this.hooks.sections.add(owner, section),
      observeTaps: (observer) => {
        this.hooks.monitor.observers.push({ owner, observer })
      },
      provide: (name, service) => {
        this.#services.push({ name, owner, service })
      },
      service: (name) => this.services(name)[0] as never,
      services: (name) => this.services(name) as never,
    }
    const shared = Object.getOwnPropertyDescriptors(this.shared)
    return Object.defineProperties(own, shared) as PluginContext
  }
}

const hasTensors = (saved: unknown): saved is StateWithTensors =>
  typeof saved === 'object' && saved !== null && 'tensors' in saved && 'meta' in saved
