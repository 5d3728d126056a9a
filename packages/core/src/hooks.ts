import { AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncWaterfallHook } from 'tapable'
import { fail, messageOf } from './errors.js'
import type { EventBus } from './events.js'
import { createGuard, type TapMonitor } from './hook-guard.js'
import type { HookName, HookPayload, HookValue, SeriesName, WaterfallName } from './lifecycle.js'
import { hookNames, isReversed, type LifecycleName, lifecycle } from './lifecycle.js'
import { quote } from './nearest.js'
import { SyncSections } from './sections.js'

/** Refuses functions that return promises, which `tap` would not wait for. */
type Synchronous<Result> = Result extends PromiseLike<unknown> ? never : Result
type Kept = undefined | void

/** A hook whose taps are awaited one after the other. */
export interface SeriesHook<Payload> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result>(name: string, fn: (payload: Payload) => Synchronous<Result>): void
  /** Adds an asynchronous function, which the run waits for. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (payload: Payload) => Promise<unknown>): void
}

/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export interface WaterfallHook<Value, At> {
  tap<R extends Value | Kept>(name: string, fn: (value: Value, at: At) => Synchronous<R>): void
  tapPromise(name: string, fn: (value: Value, at: At) => Promise<Value | Kept>): void
}

/** Every hook of the lifecycle. The waterfall `loss` runs inside the tape: synchronous only. */
export type Hooks = {
  readonly [Name in HookName]: Name extends 'loss'
    ? Pick<WaterfallHook<HookValue<'loss'>, HookPayload<'loss'>>, 'tap'>
    : Name extends WaterfallName
      ? WaterfallHook<HookValue<Name>, HookPayload<Name>>
      : SeriesHook<HookPayload<Name>>
}

/** A function that was tapped, however it was. */
export type TapFunction = (value: unknown, context?: unknown) => unknown
export type TapType = 'tap' | 'tapPromise'

/** Whose taps these are, and where they come in the order: smaller first, reversed for end hooks. */
export type TapOwner = { readonly id: string; readonly order: number; isMuted: boolean }
/** Who tapped or wrapped what, for `explain`. */
export type TapRecord = { readonly owner: TapOwner; readonly hook: LifecycleName }

/** What is used of tapable's hooks. */
interface Inner extends Record<TapType, (options: object, fn: TapFunction) => void> {
  readonly taps: readonly unknown[]
  callAsync(...values: unknown[]): void
  call(...values: unknown[]): unknown
}

/** All hooks of one trainer: how they are tapped and called. Knows tapable, and nothing else does. */
export class HookTable {
  readonly #inner = innerHooks()
  /** Everything that was tapped, in order of tapping. */
  readonly records: TapRecord[] = []
  /** What the guard around the taps knows. */
  readonly monitor: TapMonitor = { failures: [], observers: [] }
  /** What stands around synchronous calls into the user's code. */
  readonly sections = new SyncSections()
  readonly #guard = createGuard(this.monitor)

  constructor(
    readonly bus: EventBus,
    readonly warn: (message: string) => void,
  ) {}

  /** The hooks as one owner taps them, under these names only. */
  facade(owner: TapOwner, names?: readonly string[]): Hooks {
    const adder = (hook: HookName, type: TapType) => (name: string, fn: TapFunction) => {
      if (names && !names.includes(name)) {
        const text = `Plugin ${quote(owner.id)} tapped "${hook}" as ${quote(name)}`
        fail('REG_HOOK_NAME', `${text}; tap under its own id.`, { plugin: owner.id, hook })
      }
      this.records.push({ owner, hook })
      const stage = isReversed(hook) ? -owner.order : owner.order
      this.#inner[hook][type]({ name, stage }, this.#guard(owner, hook, type, fn))
    }
    const facade = hookNames.map((hook) => {
      const tap = adder(hook, 'tap')
      return [hook, hook === 'loss' ? { tap } : { tap, tapPromise: adder(hook, 'tapPromise') }]
    })
    return Object.freeze(Object.fromEntries(facade)) as Hooks
  }

  /** Whether anybody tapped a hook. tapable's `isUsed()` is no help: it is true once intercepted. */
  isTapped(name: HookName): boolean {
    return this.#inner[name].taps.length > 0
  }

  /** Whether anybody tapped or watches a hook, so that its payload is worth while. */
  isHeard(name: SeriesName): boolean {
    return this.isTapped(name) || this.bus.isWatched(name)
  }

  /** Calls a hook's taps, then its watchers. Gives a promise only where a tap has to be waited for. */
  emit<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> | undefined {
    const taps = this.#series(name, payload)
    if (taps) return taps.then(() => this.bus.emit(name, payload))
    this.bus.emit(name, payload)
    return undefined
  }

  /** Calls a hook while an error is on its way, which a second error does not replace. */
  async emitAfterError<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> {
    try {
      await this.emit(name, payload)
    } catch (secondary) {
      this.#reportSecondary(secondary)
    }
  }

  /** Calls a waterfall and gives the value that comes out. */
  waterfall<N extends Exclude<WaterfallName, 'loss'>>(
    name: N,
    value: HookValue<N>,
    context: HookPayload<N>,
  ): Promise<HookValue<N>> {
    return new Promise((resolve, reject) => {
      this.#inner[name].callAsync(value, context, (error: unknown, result: HookValue<N>) =>
        error ? reject(error) : resolve(result),
      )
    })
  }

  /** Calls the `loss` waterfall inside the tape. */
  loss(value: HookValue<'loss'>, context: HookPayload<'loss'>): HookValue<'loss'> {
    return this.#inner.loss.call(value, context) as HookValue<'loss'>
  }

  /** Reads metrics; tells those who observe taps where some are on the device. */
  async read<T>(log: { readonly isWaiting: boolean }, metrics: () => Promise<T>): Promise<T> {
    const all = log.isWaiting ? this.monitor.observers : []
    const observers = all.filter(({ owner }) => !owner.isMuted)
    for (const { observer } of observers) observer.readStart?.()
    try {
      return await metrics()
    } finally {
      for (const { observer } of observers) observer.readEnd?.()
    }
  }

  #series(name: SeriesName, payload: unknown): Promise<void> | undefined {
    const hook = this.#inner[name]
    if (hook.taps.length === 0) return undefined
    const { failures } = this.monitor
    const known = failures.length
    let isOver = false
    let failure: unknown
    let settle = () => {}
    hook.callAsync(payload, (error: unknown) => {
      isOver = true
      failure =
        error ?? (failures.length > known ? this.#firstOf(failures.splice(known)) : undefined)
      settle()
    })
    if (!isOver) {
      return new Promise((resolve, reject) => {
        settle = () => (failure ? reject(failure) : resolve())
      })
    }
    if (failure) throw failure
    return undefined
  }

  #firstOf([first, ...others]: readonly unknown[]): unknown {
    for (const secondary of others) this.#reportSecondary(secondary)
    return first
  }

  #reportSecondary(error: unknown): void {
    this.warn(`After the first error this failed too: ${messageOf(error)}`)
  }
}

function innerHooks(): Readonly<Record<HookName, Inner>> {
  const kinds = {
    series: () => new AsyncSeriesHook<[unknown]>(['payload']),
    waterfall: () => new AsyncSeriesWaterfallHook<[unknown, unknown]>(['value', 'at']),
    'sync waterfall': () => new SyncWaterfallHook<[unknown, unknown]>(['value', 'at']),
  }
  const hooks = hookNames.map((name) => [name, kinds[lifecycle[name].kind]()])
  return Object.fromEntries(hooks)
}
