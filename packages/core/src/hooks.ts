import { AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncWaterfallHook } from 'tapable'
import {
  type HookName,
  type HookPayload,
  type HookValue,
  hookNames,
  type LifecycleName,
  lifecycle,
  type SeriesName,
  type WaterfallName,
} from './lifecycle.js'

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

/** The waterfall inside the tape: synchronous only. */
export type SyncHook<Value, Payload> = Pick<WaterfallHook<Value, Payload>, 'tap'>

/** Every hook of the lifecycle. */
export type Hooks = {
  readonly [Name in HookName]: Name extends 'loss'
    ? SyncHook<HookValue<'loss'>, HookPayload<'loss'>>
    : Name extends WaterfallName
      ? WaterfallHook<HookValue<Name>, HookPayload<Name>>
      : SeriesHook<HookPayload<Name>>
}

/** A function that was tapped, however it was. */
export type TapFunction = (value: unknown, context?: unknown) => unknown

/** Whose taps these are, and where they come in the order. */
export interface TapOwner {
  readonly id: string
  /** Smaller comes first; end hooks run in reverse. */
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
  type: 'tap' | 'tapPromise',
  fn: TapFunction,
) => TapFunction

interface Inner {
  readonly taps: readonly unknown[]
  tap(options: { name: string; stage: number }, fn: TapFunction): void
  tapPromise(options: { name: string; stage: number }, fn: TapFunction): void
  callAsync(...values: unknown[]): void
  call(...values: unknown[]): unknown
}

/** All hooks of one trainer: how they are tapped and how they are called. Knows tapable, and nothing else does. */
export class HookTable {
  readonly #inner: Readonly<Record<HookName, Inner>>
  readonly #guard: TapGuard
  /** Everything that was tapped, in order of tapping. */
  readonly records: TapRecord[] = []

  constructor(guard: TapGuard) {
    this.#guard = guard
    this.#inner = Object.fromEntries(
      hookNames.map((name) => [name, createHook(name)]),
    ) as unknown as Record<HookName, Inner>
  }

  /** The hooks as one owner taps them. `checkName` throws for a name that is not its own. */
  facade(owner: TapOwner, checkName: (name: string, hook: HookName) => void): Hooks {
    const add = (hook: HookName, type: 'tap' | 'tapPromise') => (name: string, fn: TapFunction) => {
      checkName(name, hook)
      this.records.push({ owner, hook })
      const stage = lifecycle[hook].isReversed ? -owner.order : owner.order
      this.#inner[hook][type]({ name, stage }, this.#guard(owner, hook, type, fn))
    }
    const facade = hookNames.map((hook) => {
      const hasPromise = hook !== 'loss'
      const tap = add(hook, 'tap')
      return [hook, hasPromise ? { tap, tapPromise: add(hook, 'tapPromise') } : { tap }]
    })
    return Object.freeze(Object.fromEntries(facade)) as Hooks
  }

  /** Whether anybody tapped a hook. `isUsed()` of tapable is no help: it is true once intercepted. */
  isTapped(name: HookName): boolean {
    return this.#inner[name].taps.length > 0
  }

  /** Calls a series; returns nothing where no tap had to be waited for. */
  series<Name extends SeriesName>(
    name: Name,
    payload: HookPayload<Name>,
  ): Promise<void> | undefined {
    const hook = this.#inner[name]
    if (hook.taps.length === 0) return undefined
    return callSeries(hook, payload)
  }

  /** Calls a waterfall and gives the value that comes out. */
  waterfall<Name extends Exclude<WaterfallName, 'loss'>>(
    name: Name,
    value: HookValue<Name>,
    context: HookPayload<Name>,
  ): Promise<HookValue<Name>> {
    const hook = this.#inner[name]
    return new Promise((resolve, reject) => {
      hook.callAsync(value, context, (error: unknown, result: HookValue<Name>) => {
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

/** tapable's `promise()` makes a promise for each call; this makes one only where a tap is asynchronous. */
function callSeries(hook: Inner, payload: unknown): Promise<void> | undefined {
  let isDone = false
  let failure: unknown
  let settle: (() => void) | undefined
  hook.callAsync(payload, (error: unknown) => {
    isDone = true
    failure = error
    settle?.()
  })
  if (isDone) {
    if (failure) throw failure
    return undefined
  }
  return new Promise((resolve, reject) => {
    settle = () => (failure ? reject(failure) : resolve())
  })
}

function createHook(name: HookName): Inner {
  const { kind } = lifecycle[name]
  const hook =
    kind === 'sync waterfall'
      ? new SyncWaterfallHook<[unknown, unknown]>(['value', 'context'])
      : kind === 'waterfall'
        ? new AsyncSeriesWaterfallHook<[unknown, unknown]>(['value', 'context'])
        : new AsyncSeriesHook<[unknown]>(['payload'])
  return hook as unknown as Inner
}
