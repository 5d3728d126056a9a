import * as tf from '@tensorflow/tfjs-core'
import { forget } from './containers.js'
import { fail, located, quote, say } from './errors.js'
import type { TapOwner } from './hooks.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { Plugin, PluginContext, PluginEntry, PluginHandle, PluginInfo } from './plugin.js'
import { flattenPlugins, orderPlugins } from './plugin-order.js'
import type { Report, ReporterService } from './registry.js'
import type { Session } from './session.js'
import type { StepRunner } from './train-step.js'
import { type NamedTensorData, type TensorData, under } from './variables.js'

interface Installed extends TapOwner {
  readonly plugin: Plugin
  readonly wraps: ((next: StepRunner) => StepRunner)[]
  readonly services: (readonly [name: string, service: unknown])[]
  handle: PluginHandle<unknown>
}

/** Applies plugins, once per trainer, and keeps their order, services, reports and states. */
export class PluginHost {
  readonly installed: Installed[] = []
  /** Who uses the trainer: taps after all plugins. */
  readonly user: TapOwner = { id: 'user', order: Infinity, taps: new Set(), isMuted: false }

  constructor(private readonly session: Session) {}

  /** Adds plugins. @returns a function that takes them out again */
  use(entries: PluginEntry): () => Promise<void> {
    const added = flattenPlugins(entries)
    const order = orderPlugins(this.plugins, added)
    for (const [place, plugin] of order.entries()) {
      if (!added.includes(plugin)) continue
      const { id } = plugin
      const low = this.installed[place - 1]?.order ?? 0
      const high = this.installed[place]?.order ?? low + 2
      const state = { order: (low + high) / 2, isMuted: false, handle: {} }
      const owner: Installed = { id, plugin, ...state, taps: new Set(), wraps: [], services: [] }
      this.installed.splice(place, 0, owner)
      try {
        owner.handle = plugin.apply(this.#contextFor(owner)) ?? {}
      } catch (thrown) {
        forget(this.remove(added))
        const what = `Plugin "${id}" failed when it was applied`
        throw located(thrown, 'REG_HOOK_FAILED', what, { plugin: id })
      }
    }
    return () => this.remove(added)
  }

  /** The plugins as they were given, in order. */
  get plugins(): readonly Plugin[] {
    return this.installed.map(({ plugin }) => plugin)
  }

  /** All services of a name, in plugin order. */
  services(name: string): readonly unknown[] {
    const all = this.#active.flatMap(({ services }) => services)
    return all.filter(([own]) => own === name).map(([, service]) => service)
  }

  /**
   * Brings reports to a person: to every service `reporter`, else warnings become warnings of the
   * process. Watchers of the event `report` see all of them.
   *
   * @param plugin id of the plugin that reports; absent for the core
   */
  reporter(plugin?: string) {
    const send = (level: Report['level']) => (message: string) => {
      const report = plugin === undefined ? { level, message } : { level, message, plugin }
      const reporters = this.services('reporter') as ReporterService[]
      for (const reporter of reporters) reporter.report(report)
      const text = plugin === undefined ? message : `${plugin}: ${message}`
      const isUnseen = reporters.length === 0 && level === 'warn'
      if (isUnseen) globalThis.process?.emitWarning?.(text, 'RegimenWarning')
      this.session.hooks.bus.emit('report', report)
    }
    return { info: send('info'), warn: send('warn') }
  }

  /** The heart of a step inside everything that plugins wrapped around it; the first plugin is outermost. */
  wrapped(heart: StepRunner): StepRunner {
    return this.#active.flatMap(({ wraps }) => wraps).reduceRight((next, wrap) => wrap(next), heart)
  }

  /** Ends the muting, which lasts for one run. */
  unmute(): void {
    for (const one of this.installed) one.isMuted = false
  }

  /** The states of the plugins by id, tagged; their tensors are added to the given ones. */
  save(tensors: Record<string, TensorData>): Record<string, Json> {
    const states: Record<string, Json> = {}
    for (const { id, handle } of this.#active) {
      if (!handle.saveState) continue
      const saved = handle.saveState()
      const isWhole = 'tensors' in Object(saved) && 'meta' in Object(saved)
      const { meta, tensors: own } = Object(isWhole ? saved : { meta: saved })
      states[id] = encodeJson(meta, `The state of plugin ${quote(id)}`)
      for (const name in own) tensors[`plugin/${id}/${name}`] = own[name]
    }
    return states
  }

  /** Gives the plugins their saved states; what is left over is reported. */
  load(metas: Readonly<Record<string, Json>>, tensors: NamedTensorData): void {
    for (const [id, saved] of Object.entries(metas)) {
      const own = under(`plugin/${id}/`, tensors)
      const meta = decodeJson(saved)
      const plugin = this.installed.find((one) => one.id === id)
      plugin?.handle.loadState?.(Object.keys(own).length > 0 ? { meta, tensors: own } : meta)
      if (!plugin) this.reporter().warn(say('notice.stateLeft', { id }))
    }
  }

  /** Takes plugins out, the last first, and disposes of them. */
  async remove(plugins: readonly Plugin[]): Promise<void> {
    const removed = this.installed.filter(({ plugin }) => plugins.includes(plugin)).reverse()
    for (const one of removed) {
      one.isMuted = true
      this.installed.splice(this.installed.indexOf(one), 1)
    }
    for (const { handle } of removed) await handle.dispose?.()
  }

  get #active(): Installed[] {
    return this.installed.filter(({ isMuted }) => !isMuted)
  }

  #contextFor(owner: Installed): PluginContext {
    const { id, plugin, taps, wraps, services } = owner
    const { installed, session } = this
    const { hooks } = session
    const running = (call: string): Session =>
      session.isOpen ? session : fail('REG_NOT_RUNNING.call', { call })
    const mute = (other: string): void => {
      for (const one of installed) if (one.id === other) one.isMuted = true
    }
    const context: Omit<PluginContext, 'signal' | 'rootDir'> = {
      id,
      hooks: hooks.facade(owner, [id, plugin.name]),
      events$: hooks.bus.all(id),
      tf,
      state: session.view,
      report: this.reporter(id),
      plugins: { list: () => installed.map(infoOf), mute },
      log: (...given) => running('log').log(...given),
      record: (content) => running('record').record(content),
      snapshot: () => session.snapshot(),
      requestSave: () => void Object.assign(running('requestSave'), { isSaveRequested: true }),
      requestStop: (message) => {
        if (running('requestStop').requested) return
        session.requested = { kind: 'plugin', plugin: id, message }
        hooks.bus.emit('stopRequested', session.requested)
      },
      wrapStep: (wrap) => {
        wraps.push(wrap)
        taps.add('step')
      },
      aroundSync: (around) => void hooks.sections.all.push({ owner, around }),
      observeTaps: (around) => void hooks.observers.all.push({ owner, around }),
      provide: (name, service) => void services.push([name, service]),
      service: (name) => this.services(name)[0] as never,
      services: (name) => this.services(name) as never,
    }
    const [signal, rootDir] = [() => session.signal, () => session.options.rootDir]
    const live = { signal: { get: signal }, rootDir: { get: rootDir } }
    return Object.defineProperties(context as PluginContext, live)
  }
}

const infoOf = ({ id, isMuted, plugin: { name, writes = false } }: Installed): PluginInfo => {
  return { id, name, writes, isMuted }
}
