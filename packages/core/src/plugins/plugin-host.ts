import * as tf from '@tensorflow/tfjs-core'
import { fail, located, quote, say } from '../floor/errors.js'
import { checkEvery, type Every } from '../floor/every.js'
import { decodeJson, encodeJson, type Json } from '../floor/json.js'
import { type NamedSchedule, Schedule, stoppedClock } from '../floor/schedule.js'
import type { Report } from '../hooks/report.js'
import type { TapOwner } from '../hooks/tap-owner.js'
import type { Session } from '../run/session.js'
import { type NamedTensorData, type TensorData, under } from '../state/variables.js'
import type { Plugin, PluginEntry, PluginHandle } from './plugin.js'
import { flattenPlugins } from './plugin.js'
import { infoOf, type PluginContext, type PluginInfo } from './plugin-context.js'
import { orderPlugins } from './plugin-order.js'
import type { TrainerServices } from './services.js'
import type { StepRunner } from './step-runner.js'

interface Installed extends TapOwner, Pick<PluginInfo, 'name' | 'writes'> {
  readonly plugin: Plugin
  readonly wraps: ((next: StepRunner) => StepRunner)[]
  readonly services: (readonly [name: string, service: unknown])[]
  readonly schedules: NamedSchedule[]
  handle: PluginHandle<unknown>
  /** Who muted it, if it is muted. */
  mutedBy?: string
}

/** Applies plugins, once per trainer, and keeps their order, services, reports and states. */
export class PluginHost {
  installed: readonly Installed[] = []
  /** Who uses the trainer: taps after all plugins. */
  readonly user: TapOwner = {
    id: 'user',
    order: Infinity,
    taps: new Set(),
    waits: [],
    isMuted: false,
    turn: 0,
  }

  readonly #active = () => this.installed.filter(({ isMuted }) => !isMuted)

  constructor(private readonly session: Session) {}

  /** Adds plugins. @returns a function that takes them out again */
  use(entries: PluginEntry): () => Promise<void> {
    const added = flattenPlugins(entries)
    const placed = this.installed.map(({ plugin }) => plugin)
    for (const [place, plugin] of orderPlugins(placed, added).entries()) {
      if (placed.includes(plugin)) continue
      const { id, name, writes = false } = plugin
      const low = this.installed[place - 1]?.order ?? 0
      const order = (low + (this.installed[place]?.order ?? low + 2)) / 2
      const lists = { wraps: [], services: [], schedules: [], waits: [] }
      const own = { taps: new Set<string>(), ...lists, handle: {} }
      const owner: Installed = { id, name, writes, plugin, order, isMuted: false, turn: 0, ...own }
      this.installed = this.installed.toSpliced(place, 0, owner)
      try {
        owner.handle = plugin.apply(this.#contextFor(owner)) ?? {}
      } catch (thrown) {
        this.remove(added).catch(() => {})
        const what = `Plugin "${id}" failed when it was applied`
        throw located(thrown, 'REG_HOOK_FAILED', what, { plugin: id })
      }
      if (owner.wraps.length > 0) owner.taps.add('step')
    }
    return () => this.remove(added)
  }

  /** Who would provide a service if it were not muted, and who muted it. */
  mutedProvider(name: keyof TrainerServices): Readonly<{ plugin: string; by: string }> | undefined {
    const provides = ({ services }: Installed) => services.some(([own]) => own === name)
    const found = this.installed.find((one) => one.isMuted && provides(one))
    return found && { plugin: found.id, by: found.mutedBy ?? 'another plugin' }
  }

  /** All services of a name, in plugin order. */
  services<Name extends keyof TrainerServices>(name: Name): readonly TrainerServices[Name][] {
    const all = this.#active().flatMap(({ services }) => services)
    return all.filter(([own]) => own === name).map(([, service]) => service as never)
  }

  /** The schedules of the plugins in use. */
  get schedules(): readonly NamedSchedule[] {
    return this.#active().flatMap(({ schedules }) => schedules)
  }

  /**
   * Brings reports to a person: to every service `reporter`, else warnings become warnings of the
   * process. Watchers of the event `report` see all of them.
   *
   * @param plugin id of the plugin that reports; absent for the core
   */
  reporter(plugin?: string) {
    type Details = Pick<Report, 'waitsFor'>
    const send = (level: Report['level']) => (message: string, details?: Details) => {
      const report = { level, message, ...(plugin && { plugin }), ...details }
      const reporters = this.services('reporter')
      for (const reporter of reporters) reporter.report(report)
      const text = plugin ? `${plugin}: ${message}` : message
      const isUnseen = reporters.length === 0 && level === 'warn'
      if (isUnseen) globalThis.process?.emitWarning?.(text, 'RegimenWarning')
      this.session.hooks.bus.emit('report', report)
    }
    return { info: send('info'), warn: send('warn') }
  }

  /** The heart of a step inside everything that plugins wrapped around it; the first plugin is outermost. */
  wrapped(heart: StepRunner): StepRunner {
    const wraps = this.#active().flatMap((one) => one.wraps)
    return wraps.reduceRight((next, wrap) => wrap(next), heart)
  }

  /** Whether there is such a plugin, not muted. */
  readonly isActive = (id: string): boolean => this.#active().some((one) => one.id === id)

  /** The plugins that keep state. */
  readonly stateful = () => this.#active().filter(({ handle }) => handle.saveState)

  /** The states of the plugins by id, tagged; their tensors are added to the given ones. */
  save(tensors: Record<string, TensorData>): Record<string, Json> {
    const states: Record<string, Json> = {}
    for (const { id, handle } of this.#active()) {
      if (!handle.saveState) continue
      const saved = handle.saveState()
      const isWhole = 'tensors' in Object(saved) && 'meta' in Object(saved)
      const { meta, tensors: own } = Object(isWhole ? saved : { meta: saved })
      states[id] = encodeJson(meta, `The state of plugin ${quote(id)}`)
      for (const name in own) tensors[`plugin/${id}/${name}`] = own[name]
    }
    return states
  }

  /** Gives the plugins their saved states; what is left over is reported. @throws REG_CHECKPOINT_MISMATCH */
  load(metas: Readonly<Record<string, Json>>, tensors: NamedTensorData): void {
    for (const [id, saved] of Object.entries(metas)) {
      const own = under(`plugin/${id}/`, tensors)
      const meta = decodeJson(saved)
      const plugin = this.installed.find((one) => one.id === id)
      try {
        plugin?.handle.loadState?.(Object.keys(own).length > 0 ? { meta, tensors: own } : meta)
      } catch (thrown) {
        const what = `Plugin ${quote(id)} cannot go on from its saved state`
        throw located(thrown, 'REG_CHECKPOINT_MISMATCH', what, { plugin: id, data: { plugin: id } })
      }
      if (!plugin) this.reporter().warn(say('notice.stateLeft', { plugin: id }))
    }
  }

  /** Takes plugins out, or all of them, the last first, and disposes of them. */
  async remove(plugins?: readonly Plugin[]): Promise<void> {
    const removed = this.installed.filter(({ plugin }) => plugins?.includes(plugin) ?? true)
    for (const one of removed) one.isMuted = true
    this.installed = this.installed.filter((one) => !removed.includes(one))
    for (const { handle } of removed.reverse()) await handle.dispose?.()
  }

  /** Makes a schedule of a plugin, which goes by the clock of the fit under way. */
  #scheduleOf(owner: Installed, given: Every, option: string): Schedule {
    const { session } = this
    const { id } = owner
    const every = checkEvery(given, { owner: id, option })
    const schedule = new Schedule(every, () => session.fit?.schedules.clock ?? stoppedClock)
    owner.schedules.push({ key: `${id}/${option}`, owner: id, plugin: id, option, schedule })
    return schedule
  }

  #contextFor(owner: Installed): PluginContext {
    const { id, plugin, wraps, services } = owner
    const { session } = this
    const { hooks } = session
    const open = (call: string) =>
      session.state.stage === 'idle' ? fail('REG_NOT_RUNNING.call', { call }) : session
    const mute = (other: string) => {
      const muted = { isMuted: true, mutedBy: id }
      void Object.assign(this.installed.find((one) => one.id === other) ?? {}, muted)
    }
    const list = () => this.installed.map(infoOf)
    const context: Omit<PluginContext, 'signal' | 'rootDir'> = {
      id,
      hooks: hooks.facade(owner, [id, plugin.name]),
      events$: hooks.bus.all(id),
      tf,
      state: session.view,
      report: this.reporter(id),
      plugins: { list, mute },
      log: (...given) => open('log').log(...given),
      record: (content) => open('record').record(content),
      snapshot: session.snapshot,
      requestSave: () => void Object.assign(open('requestSave'), { isSaveRequested: true }),
      requestStop: (message) => {
        if (open('requestStop').requested) return
        session.requested = { kind: 'plugin', plugin: id, message }
        hooks.bus.emit('stopRequested', session.requested)
      },
      schedule: (every, option) => {
        session.assertIdle('schedule()')
        return this.#scheduleOf(owner, every, option)
      },
      withdrawStop: () => {
        if (open('withdrawStop').requested?.plugin === id) session.requested = undefined
      },
      wrapStep: (wrap) => void wraps.push(wrap),
      aroundSync: (around) => void hooks.userCodeWrappers.add(owner, around),
      observeTaps: (around) => void hooks.tapWrappers.add(owner, around),
      explainWait: (until) => {
        owner.waits.push(until)
        return () => void owner.waits.splice(owner.waits.indexOf(until) >>> 0, 1)
      },
      provide: (name, service) => void services.push([name, service]),
      service: (name) => this.services(name)[0],
      services: (name) => this.services(name),
    }
    const signal = { get: () => session.signal }
    const rootDir = { get: () => session.options.rootDir }
    return Object.defineProperties(context as PluginContext, { signal, rootDir })
  }
}
