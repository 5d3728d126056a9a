import * as tf from '@tensorflow/tfjs-core'
import { located, RegimenError } from './errors.js'
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
import { type NamedTensorData, type TensorData, under } from './snapshot.js'
import type { PluginStates } from './snapshot-io.js'
import type { StepRunner } from './train-step.js'

type FromTrainer = 'state' | 'signal' | 'rootDir' | 'log' | 'record' | 'snapshot' | 'requestSave'

/** What plugins get from the trainer. */
export interface HostTrainer extends Pick<PluginContext, FromTrainer> {
  requestStop(plugin: string, message: string): void
  reporter(plugin?: string): Reporter
}

interface Installed {
  readonly plugin: Plugin
  readonly owner: TapOwner
  readonly wraps: ((next: StepRunner) => StepRunner)[]
  handle: AnyHandle
}

/** Applies plugins, once per trainer, and keeps their order, services and states. */
export class PluginHost implements PluginStates {
  #installed: Installed[] = []
  readonly #services: { name: string; owner: TapOwner; service: unknown }[] = []
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
  use(entries: PluginEntry): () => Promise<void> {
    const added = flattenPlugins(entries)
    const all = [...this.plugins, ...added]
    checkTogether(all)
    const order = orderPlugins(all)
    for (const plugin of order) if (added.includes(plugin)) this.#apply(plugin, order)
    return () => this.#remove(added)
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

  /** The heart of a step inside everything that plugins wrapped around it; the first plugin is outermost. */
  wrapped(heart: StepRunner): StepRunner {
    const active = this.#installed.filter(({ owner }) => !owner.isMuted)
    return active.flatMap(({ wraps }) => wraps).reduceRight((next, wrap) => wrap(next), heart)
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
      const place = `The state of plugin ${quote(plugin.id)}`
      states[plugin.id] = encodeJson(isSplit ? saved.meta : saved, place)
      for (const [name, data] of Object.entries(isSplit ? saved.tensors : {})) {
        tensors[`plugin/${plugin.id}/${name}`] = data
      }
    }
    return states
  }

  load(meta: Readonly<Record<string, Json>>, tensors: NamedTensorData): void {
    const known = new Map(this.#installed.map(({ plugin, handle }) => [plugin.id, handle]))
    for (const [id, saved] of Object.entries(meta)) {
      const state = decodeJson(saved)
      const own = under(`plugin/${id}/`, tensors)
      const whole = Object.keys(own).length > 0 ? { meta: state, tensors: own } : state
      const handle = known.get(id)
      handle?.loadState?.(whole as never)
      if (handle) continue
      const text = `The snapshot has state of plugin ${quote(id)}, which is not used; it is left out.`
      this.#trainer.reporter().warn(text)
    }
  }

  dispose(): Promise<void> {
    return this.#remove(this.plugins)
  }

  #apply(plugin: Plugin, order: readonly Plugin[]): void {
    const orders = new Map(this.#installed.map((one) => [one.plugin, one.owner.order]))
    const place = order.indexOf(plugin)
    const ordersOf = (some: readonly Plugin[]) => some.flatMap((one) => orders.get(one) ?? [])
    const low = Math.max(0, ...ordersOf(order.slice(0, place)))
    const high = Math.min(low + 2, ...ordersOf(order.slice(place)))
    const owner: TapOwner = { id: plugin.id, order: (low + high) / 2, isMuted: false }
    const installed: Installed = { plugin, owner, handle: {}, wraps: [] }
    try {
      installed.handle = plugin.apply(this.#contextFor(installed)) ?? {}
    } catch (thrown) {
      const what = `Plugin ${quote(plugin.id)} failed when it was applied`
      throw located(thrown, 'REG_HOOK_FAILED', what, { plugin: plugin.id })
    }
    this.#installed = [...this.#installed, installed].sort((a, b) => a.owner.order - b.owner.order)
  }

  async #remove(plugins: readonly Plugin[]): Promise<void> {
    const removed = this.#installed.filter(({ plugin }) => plugins.includes(plugin)).reverse()
    this.#installed = this.#installed.filter(({ plugin }) => !plugins.includes(plugin))
    for (const { owner, handle } of removed) {
      this.#mutedInRun.delete(owner)
      owner.isMuted = true
      await handle.dispose?.()
    }
  }

  #list(): PluginInfo[] {
    return this.#installed.map(({ plugin: { id, name, writes = false }, owner: { isMuted } }) => {
      return { id, name, writes, isMuted }
    })
  }

  #mute(id: string): void {
    const owner = this.#installed.find(({ plugin }) => plugin.id === id)?.owner
    if (!owner || owner.isMuted) return
    owner.isMuted = true
    this.#mutedInRun.add(owner)
  }

  #contextFor({ plugin, owner, wraps }: Installed): PluginContext {
    const trainer = this.#trainer
    const { id, name } = plugin
    return {
      id,
      hooks: this.#hooks.facade(owner, (tapped, hook) => {
        if (tapped === id || tapped === name) return
        const text = `Plugin ${quote(id)} tapped "${hook}" as ${quote(tapped)}; tap under its own id.`
        throw new RegimenError('REG_HOOK_NAME', text, { plugin: id, hook })
      }),
      events$: this.#bus.all(id),
      tf,
      state: trainer.state,
      report: trainer.reporter(id),
      get signal() {
        return trainer.signal
      },
      get rootDir() {
        return trainer.rootDir
      },
      plugins: { list: () => this.#list(), mute: (other) => this.#mute(other) },
      log: trainer.log,
      record: trainer.record,
      snapshot: trainer.snapshot,
      requestSave: trainer.requestSave,
      requestStop: (message) => trainer.requestStop(id, message),
      wrapStep: (wrap) => {
        wraps.push(wrap)
        this.#hooks.records.push({ owner, hook: 'step' })
      },
      provide: (service, value) => {
        this.#services.push({ name: service, owner, service: value })
      },
      service: (service) => this.services(service)[0] as never,
      services: (service) => this.services(service) as never,
    }
  }
}

function hasTensors(saved: unknown): saved is StateWithTensors {
  return typeof saved === 'object' && saved !== null && 'tensors' in saved && 'meta' in saved
}
