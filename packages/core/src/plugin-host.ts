import * as tf from '@tensorflow/tfjs-core'
import { messageOf, RegimenError } from './errors.js'
import type { EventBus } from './events.js'
import type { Hooks, HookTable, TapOwner } from './hooks.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import { quote } from './nearest.js'
import type {
  AnyHandle,
  Plugin,
  PluginContext,
  PluginEntry,
  PluginInfo,
  Reporter,
  StateWithTensors,
} from './plugin.js'
import { checkTogether, flattenPlugins, orderPlugins } from './plugin-order.js'
import type { RunState } from './run-state.js'
import type { PluginStates } from './snapshot-io.js'
import type { TensorData } from './tensor-data.js'
import type { StepRunner } from './train-step.js'

/** What the host asks of the trainer on a plugin's behalf. */
export interface HostTrainer
  extends Pick<PluginContext, 'log' | 'record' | 'snapshot' | 'requestSave'> {
  readonly state: RunState
  readonly rootDir: () => string
  readonly signal: () => AbortSignal
  requestStop(plugin: string, message: string): void
  reporter(plugin: string): Reporter
}

interface Installed {
  readonly plugin: Plugin
  readonly owner: TapOwner
  handle: AnyHandle
  wraps: ((next: StepRunner) => StepRunner)[]
}

/** Applies plugins, once per trainer, and keeps their order, services and states. */
export class PluginHost implements PluginStates {
  readonly #installed: Installed[] = []
  readonly #services = new Map<string, { readonly owner: TapOwner; readonly service: unknown }[]>()
  readonly #hooks: HookTable
  readonly #bus: EventBus
  readonly #trainer: HostTrainer
  readonly #mutedInRun = new Set<TapOwner>()

  constructor(hooks: HookTable, bus: EventBus, trainer: HostTrainer) {
    this.#hooks = hooks
    this.#bus = bus
    this.#trainer = trainer
  }

  /** The hooks as the user of the trainer taps them: after all plugins, under any name. */
  userHooks(): Hooks {
    const owner: TapOwner = { id: 'user', order: Number.MAX_SAFE_INTEGER, isMuted: false }
    return this.#hooks.facade(owner, () => undefined)
  }

  /** Adds plugins. @returns a function that takes them out again */
  use(entries: readonly PluginEntry[]): () => Promise<void> {
    const added = flattenPlugins(entries)
    const all = [...this.#installed.map(({ plugin }) => plugin), ...added]
    checkTogether(all)
    const order = orderPlugins(all)
    const fresh = added.map((plugin) => this.#place(plugin, order))
    for (const installed of fresh) this.#apply(installed)
    return async () => {
      for (const installed of fresh.reverse()) await this.#remove(installed)
    }
  }

  list(): PluginInfo[] {
    return this.#installed.map(({ plugin, owner }) => ({
      id: plugin.id,
      name: plugin.name,
      writes: plugin.writes ?? false,
      isMuted: owner.isMuted,
    }))
  }

  /** The plugins as they were given, in order. */
  get plugins(): readonly Plugin[] {
    return this.#installed.map(({ plugin }) => plugin)
  }

  service(name: string): unknown {
    return this.services(name)[0]
  }

  services(name: string): readonly unknown[] {
    const found = this.#services.get(name) ?? []
    return found.filter(({ owner }) => !owner.isMuted).map(({ service }) => service)
  }

  /** The heart of a step inside everything that plugins wrapped around it; the first plugin is outermost. */
  wrapped(heart: StepRunner): StepRunner {
    let runner = heart
    for (const { owner, wraps } of [...this.#installed].reverse()) {
      if (owner.isMuted) continue
      for (const wrap of wraps) runner = wrap(runner)
    }
    return runner
  }

  /** Ends the muting that lasts for one run. */
  unmute(): void {
    for (const owner of this.#mutedInRun) owner.isMuted = false
    this.#mutedInRun.clear()
  }

  save(tensors: Record<string, TensorData>): Record<string, Json> {
    const states: Record<string, Json> = {}
    for (const { plugin, handle, owner } of this.#installed) {
      if (!handle.saveState || owner.isMuted) continue
      const saved = handle.saveState()
      const isSplit = hasTensors(saved)
      states[plugin.id] = encodeJson(
        isSplit ? saved.meta : saved,
        `The state of ${quote(plugin.id)}`,
      )
      if (!isSplit) continue
      for (const [name, data] of Object.entries(saved.tensors)) {
        tensors[`plugin/${plugin.id}/${name}`] = data
      }
    }
    return states
  }

  load(meta: Readonly<Record<string, Json>>, tensors: Readonly<Record<string, TensorData>>): void {
    const unknown = new Set(Object.keys(meta))
    for (const { plugin, handle } of this.#installed) {
      const saved = meta[plugin.id]
      unknown.delete(plugin.id)
      if (saved === undefined || !handle.loadState) continue
      const prefix = `plugin/${plugin.id}/`
      const own = Object.entries(tensors).filter(([path]) => path.startsWith(prefix))
      const state = decodeJson(saved)
      const named = own.map(([path, data]) => [path.slice(prefix.length), data] as const)
      handle.loadState(
        (own.length > 0 ? { meta: state, tensors: Object.fromEntries(named) } : state) as never,
      )
    }
    for (const id of unknown) {
      this.#trainer
        .reporter('core')
        .warn(`The snapshot has state of plugin ${quote(id)}, which is not used; it is left out.`)
    }
  }

  async dispose(): Promise<void> {
    for (const installed of [...this.#installed].reverse()) await this.#remove(installed)
  }

  #place(plugin: Plugin, order: readonly Plugin[]): Installed {
    const orders = new Map(this.#installed.map((item) => [item.plugin, item.owner.order]))
    const at = order.indexOf(plugin)
    const before = order.slice(0, at).map((item) => orders.get(item) ?? Number.NEGATIVE_INFINITY)
    const after = order.slice(at + 1).map((item) => orders.get(item) ?? Number.POSITIVE_INFINITY)
    const low = Math.max(0, ...before)
    const high = Math.min(low + 2, ...after)
    const owner: TapOwner = { id: plugin.id, order: (low + high) / 2, isMuted: false }
    const installed: Installed = { plugin, owner, handle: {}, wraps: [] }
    this.#installed.push(installed)
    this.#installed.sort((a, b) => a.owner.order - b.owner.order)
    return installed
  }

  #apply(installed: Installed): void {
    const { plugin } = installed
    try {
      installed.handle = plugin.apply(this.#contextFor(installed)) ?? {}
    } catch (thrown) {
      this.#installed.splice(this.#installed.indexOf(installed), 1)
      throw new RegimenError(
        'REG_HOOK_FAILED',
        `Plugin ${quote(plugin.id)} failed when it was applied: ${messageOf(thrown)}`,
        { plugin: plugin.id, cause: thrown },
      )
    }
  }

  async #remove(installed: Installed): Promise<void> {
    const index = this.#installed.indexOf(installed)
    if (index < 0) return
    this.#installed.splice(index, 1)
    this.#mutedInRun.delete(installed.owner)
    installed.owner.isMuted = true
    await installed.handle.dispose?.()
  }

  #mute(id: string): void {
    const found = this.#installed.find(({ plugin }) => plugin.id === id)
    if (!found || found.owner.isMuted) return
    found.owner.isMuted = true
    this.#mutedInRun.add(found.owner)
  }

  #contextFor(installed: Installed): PluginContext {
    const { plugin, owner } = installed
    const trainer = this.#trainer
    const { id } = plugin
    return {
      id,
      hooks: this.#hooks.facade(owner, (name, hook) => checkTapName(name, plugin, hook)),
      events$: this.#bus.namedStream(id),
      tf,
      state: trainer.state,
      report: trainer.reporter(id),
      get signal() {
        return trainer.signal()
      },
      get rootDir() {
        return trainer.rootDir()
      },
      plugins: { list: () => this.list(), mute: (other) => this.#mute(other) },
      log: trainer.log,
      record: trainer.record,
      snapshot: trainer.snapshot,
      requestSave: trainer.requestSave,
      requestStop: (message) => trainer.requestStop(id, message),
      wrapStep: (wrap) => {
        installed.wraps.unshift(wrap)
        this.#hooks.records.push({ owner, hook: 'step' })
      },
      provide: (name, service) => {
        const provided = this.#services.get(name) ?? []
        this.#services.set(name, [...provided, { owner, service }])
      },
      service: (name) => this.service(name) as never,
      services: (name) => this.services(name) as never,
    }
  }
}

function checkTapName(name: string, plugin: Plugin, hook: string): void {
  if (name === plugin.id || name === plugin.name) return
  throw new RegimenError(
    'REG_HOOK_NAME',
    `Plugin ${quote(plugin.id)} tapped "${hook}" as ${quote(name)}; tap under its own id or name.`,
    { plugin: plugin.id, hook },
  )
}

function hasTensors(saved: unknown): saved is StateWithTensors {
  return typeof saved === 'object' && saved !== null && 'tensors' in saved && 'meta' in saved
}
