import { AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncWaterfallHook } from 'tapable'
import type { HookName, HookPayload, HookValue, SeriesName, WaterfallName } from './lifecycle.js'
import { hookNames, isReversed, type LifecycleName, lifecycle } from './lifecycle.js'

/** Refuses functions that return promises, which `tap` would not wait for. */
type Synchronous<Result> = Result extends PromiseLike<unknown> ? never : Result

/** A hook whose taps are awaited one after the other. */
export interface SeriesHook<Payload> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result>(name: string, fn: (payload: Payload) => Synchronous<Result>): void
  /** Adds an asynchronous function, which the run waits for. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (payload: Payload) => Promise<unknown>): void
}

/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export interface WaterfallHook<Value, Payload> {
  tap<Result extends Value | undefined | void>(
    name: string,
    fn: (value: Value, context: Payload) => Synchronous<Result>,
  ): void
  tapPromise(
    name: string,
    fn: (value: Value, context: Payload) => Promise<Value | undefined | void>,
  ): void
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
type TapType = 'tap' | 'tapPromise'

/** Whose taps these are, and where they come in the order: smaller first, reversed for end hooks. */
export interface TapOwner {
  readonly id: string
  readonly order: number
  isMuted: boolean
}

/** Who tapped or wrapped what, for `explain`. */
export interface TapRecord {
  readonly owner: TapOwner
  readonly hook: LifecycleName
}

/** Wraps each tapped function: names errors, mutes, watches. */
export type TapGuard = (
  owner: TapOwner,
  hook: HookName,
  type: TapType,
  fn: TapFunction,
) => TapFunction

/** What is used of tapable's hooks. */
interface Inner extends Record<TapType, (options: object, fn: TapFunction) => void> {
  readonly taps: readonly unknown[]
  callAsync(...values: unknown[]): void
  call(...values: unknown[]): unknown
}

/** All hooks of one trainer: how they are tapped and called. Knows tapable, and nothing else does. */
export class HookTable {
  readonly #inner: Readonly<Record<HookName, Inner>>
  readonly #guard: TapGuard
  /** Everything that was tapped, in order of tapping. */
  readonly records: TapRecord[] = []

  constructor(guard: TapGuard) {
    this.#guard = guard
    const inner = hookNames.map((name) => [name, createHook(name)])
    this.#inner = Object.fromEntries(inner) as Record<HookName, Inner>
  }

  /** The hooks as one owner taps them. `checkName` throws for a name that is not its own. */
  facade(owner: TapOwner, checkName: (name: string, hook: HookName) => void): Hooks {
    const adder = (hook: HookName, type: TapType) => (name: string, fn: TapFunction) => {
      checkName(name, hook)
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

  /** Calls a series; gives a promise only where a tap has to be waited for. */
  series<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> | undefined {
    const hook = this.#inner[name]
    if (hook.taps.length === 0) return undefined
    let isDone = false
    let failure: unknown
    let settle: (() => void) | undefined
    hook.callAsync(payload, (error: unknown) => {
      isDone = true
      failure = error
      settle?.()
    })
    if (!isDone) {
      return new Promise((resolve, reject) => {
        settle = () => (failure ? reject(failure) : resolve())
      })
    }
    if (failure) throw failure
    return undefined
  }

  /** Calls a waterfall and gives the value that comes out. */
  waterfall<N extends Exclude<WaterfallName, 'loss'>>(
    name: N,
    value: HookValue<N>,
    context: HookPayload<N>,
  ): Promise<HookValue<N>> {
    return new Promise((resolve, reject) => {
      this.#inner[name].callAsync(value, context, (error: unknown, result: HookValue<N>) => {
        if (error) reject(error)
        else resolve(result)
      })
    })
  }

  /** Calls the `loss` waterfall inside the tape. */
  loss(value: HookValue<'loss'>, context: HookPayload<'loss'>): HookValue<'loss'> {
    return this.#inner.loss.call(value, context) as HookValue<'loss'>
  }
}

function createHook(name: HookName): unknown {
  const { kind } = lifecycle[name]
  if (kind === 'series') return new AsyncSeriesHook<[unknown]>(['payload'])
  if (kind === 'waterfall') return new AsyncSeriesWaterfallHook<[unknown, unknown]>(['value', 'at'])
  return new SyncWaterfallHook<[unknown, unknown]>(['value', 'at'])
}
