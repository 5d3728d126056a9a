import * as tf from '@tensorflow/tfjs-core'
import { AsyncSeriesHook, HookMap } from 'tapable'
import { disposeAll, isStrayPromise, isTensor } from '../data/containers.js'
import { fail, located, messageOf, say } from '../floor/errors.js'
import { EventBus } from './events.js'
import { HookPairs, type StartTap, startOf } from './hook-pairs.js'
import type { HookName, HookPayload, HookValue, SeriesName, WaterfallName } from './lifecycle.js'
import { type Hooks, hookNames, isReversed } from './lifecycle.js'
import type { Report } from './report.js'
import { Sections, type SyncSectionKind, type TapOwner } from './sections.js'

type AsyncWaterfall = Exclude<WaterfallName, 'loss'>
/** A function that was tapped, however it was. */
type TapFunction = (...told: unknown[]) => unknown
type TapType = 'tap' | 'tapPromise'

/**
 * One call of a hook: what taps are told, in a waterfall all values so far, the newest last, and what
 * comes after the taps.
 */
type HookCall = { told: unknown; values?: unknown[]; failure?: unknown; after?: () => void }

/** A tap as it is added: `tapper` is its owner and name, `startTap` its place where it taps a start. */
type NewTap = {
  readonly owner: TapOwner
  readonly hook: HookName
  readonly type: TapType
  readonly fn: TapFunction
  readonly tapper: string
  readonly startTap: StartTap | undefined
}

/** Hooks that may be called at any time, so that what is logged in them belongs to nothing. */
const QUIET: ReadonlySet<HookName> = new Set<HookName>(['record', 'saveState'])

/** All hooks of one trainer: how they are tapped and called. Knows tapable, and nothing else does. */
export class HookTable {
  readonly bus = new EventBus((message) => this.warn(message))
  /** What stands around synchronous calls into the user's code. */
  readonly sections = new Sections<SyncSectionKind, number>()
  /** What stands around taps. */
  readonly observers = new Sections<string, HookName | 'metrics'>()
  /** Whether a tap is called in which no metric can be logged. */
  isQuiet = false
  readonly #inner = new HookMap(() => new AsyncSeriesHook<[HookCall]>(['call']))
  /**
   * Counts the moments in which it matters who has been called: each batch up to its end, each
   * `batchEnd` and each `fitStart`.
   */
  turn = 0
  readonly #pairs = new HookPairs()

  constructor(readonly warn: (message: string, details?: Pick<Report, 'waitsFor'>) => void) {}

  /** The hooks as one owner taps them, under these names only. */
  facade(owner: TapOwner, names?: readonly string[]): Hooks {
    const adder = (hook: HookName, type: TapType) => (name: string, fn: TapFunction) => {
      const at = { plugin: owner.id, hook }
      if (names && !names.includes(name)) fail('REG_HOOK_NAME.tap', { ...at, name }, at)
      owner.taps.add(hook)
      const stage = isReversed(hook) ? -owner.order : owner.order
      const tapper = JSON.stringify([owner.id, name])
      const startTap = this.#pairs.add(hook, tapper, owner.order)
      const guarded = this.#guarded({ owner, hook, type, fn, tapper, startTap })
      this.#inner.for(hook)[type]({ name, stage }, guarded as never)
    }
    const facade = hookNames.map((hook) => {
      const tap = adder(hook, 'tap')
      return [hook, hook === 'loss' ? { tap } : { tap, tapPromise: adder(hook, 'tapPromise') }]
    })
    return Object.freeze(Object.fromEntries(facade)) as Hooks
  }

  /**
   * A tap that names plugin and hook in each error, refuses promises from `tap`, is left out where
   * muted, and warns while it has not finished. An end hook's first error waits for all its taps; who
   * has not begun, since the start failed before, is not told of the end.
   */
  #guarded({ owner, hook, type, fn, tapper, startTap }: NewTap) {
    const at = { plugin: owner.id, hook }
    const isGradients = hook === 'gradients'
    const start = startOf(hook)
    const tidied: TapFunction = (...told) => tf.tidy(() => fn(...told) as tf.TensorContainer)
    const tap = isGradients && type === 'tap' ? tidied : fn
    const tell = ({ values, told }: HookCall) => (values ? tap(values.at(-1), told) : tap(told))
    const isOff = (call: HookCall) =>
      owner.isMuted ||
      (isGradients && call.values?.at(-1) === null) ||
      (start !== undefined && this.#pairs.hasNotBegun(start, tapper))
    const { observers } = this
    const isQuiet = QUIET.has(hook)
    const begin = (call: HookCall) => {
      owner.turn = this.turn
      if (observers.all.length === 0 && !isQuiet) return tell(call)
      const run = isQuiet ? () => this.#quietly(() => tell(call)) : () => tell(call)
      return observers.run(owner.id, hook, run)
    }
    const finish = ({ values }: HookCall, value: unknown): void => {
      if (!values || value === undefined) return
      if (isGradients && value !== null && !Object.values(Object(value)).some(isTensor))
        fail('REG_HOOK_VALUE.gradients', { ...at, found: value }, at)
      values.push(value)
    }
    const blame = (call: HookCall, thrown: unknown) => {
      const what = `Plugin "${owner.id}" failed in hook "${hook}"`
      const error = located(thrown, 'REG_HOOK_FAILED', what, at)
      if (call.failure) return this.reportSecondary(error)
      call.failure = error
      if (startTap) this.#pairs.fail(startTap)
      if (!isReversed(hook)) throw error
    }
    const sync = (call: HookCall) => {
      if (isOff(call)) return
      try {
        const result = begin(call)
        if (!isStrayPromise(result)) return finish(call, result)
        fail('REG_HOOK_ASYNC.tap', at, at)
      } catch (thrown) {
        blame(call, thrown)
      }
    }
    const warnOfWaiting = () => {
      const explain = owner.waits.at(-1)
      if (!explain) return this.warn(say('notice.waiting', at), { waitsFor: at })
      const until = explain()
      if (until !== undefined) this.warn(say('notice.waits', { ...at, until }))
    }
    const settle = async (call: HookCall) => finish(call, await begin(call))
    const async = async (call: HookCall) => {
      if (isOff(call)) return
      const timer = setTimeout(warnOfWaiting, 5000)
      await settle(call)
        .catch((thrown) => blame(call, thrown))
        .finally(() => clearTimeout(timer))
    }
    return type === 'tap' ? sync : async
  }

  /** Calls a tap in which no metric can be logged, up to its first await. */
  #quietly<Result>(call: () => Result): Result {
    const before = this.isQuiet
    this.isQuiet = true
    try {
      return call()
    } finally {
      this.isQuiet = before
    }
  }

  /** Whether anybody tapped a hook. tapable's `isUsed()` is no help: it is true once intercepted. */
  readonly isTapped = (name: HookName): boolean => this.#inner.for(name).taps.length > 0

  /** Whether anybody tapped or watches a hook, so that its payload is worth while. */
  readonly isHeard = (name: SeriesName): boolean => this.isTapped(name) || this.bus.isWatched(name)

  /** Calls a hook's taps, then its watchers. Gives a promise only where a tap has to be waited for. */
  emit<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> | void {
    const hook = this.#inner.for(name)
    if (hook.taps.length === 0) return this.bus.emit(name, payload)
    return this.#call(hook, { told: payload, after: () => this.bus.emit(name, payload) })
  }

  /**
   * Calls a hook while an error is on its way, which a second error does not replace. An end whose
   * start failed goes to those that have begun; watchers, who were not told of the start, hear nothing.
   */
  async emitAfterError<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> {
    const start = startOf(name)
    const call = async () =>
      this.#pairs.hasFailed(start)
        ? this.#call(this.#inner.for(name), { told: payload })
        : this.emit(name, payload)
    await call().catch(this.reportSecondary)
    this.#pairs.end(start)
  }

  /**
   * Calls a waterfall and gives the value that comes out. Disposes of tensors that taps gave and others
   * replaced, and of all that taps gave where one of them failed; the first value stays the caller's.
   */
  async waterfall<N extends AsyncWaterfall>(name: N, value: HookValue<N>, told: HookPayload<N>) {
    const values = [value]
    const call: HookCall = { told, values }
    try {
      await this.#call(this.#inner.for(name), call)
      return values.at(-1) as HookValue<N>
    } finally {
      if (values.length > 1) disposeAll(values, call.failure ? value : [values.at(-1), value])
    }
  }

  /** Calls the `loss` waterfall inside the tape. */
  loss(value: HookValue<'loss'>, told: HookPayload<'loss'>): HookValue<'loss'> {
    const values = [value]
    this.#call(this.#inner.for('loss'), { told, values })
    return values.at(-1) as HookValue<'loss'>
  }

  /** Tells of an error after which another one is thrown. */
  readonly reportSecondary = (error: unknown): void =>
    this.warn(say('notice.secondary', { message: messageOf(error) }))

  /** Calls the taps, then what comes after. Gives a promise only where a tap is asynchronous. */
  #call(hook: AsyncSeriesHook<[HookCall]>, call: HookCall): Promise<void> | void {
    const finish = () => {
      if (call.failure) throw call.failure
      call.after?.()
    }
    if (hook.taps.some(({ type }) => type === 'promise')) return hook.promise(call).then(finish)
    hook.callAsync(call, finish)
  }
}
