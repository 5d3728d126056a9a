import { AsyncSeriesHook } from 'tapable'
import { disposeAll } from './containers.js'
import { fail, messageOf, say } from './errors.js'
import { EventBus } from './events.js'
import { guarded } from './hook-guard.js'
import type { HookName, HookPayload, HookValue, SeriesName, WaterfallName } from './lifecycle.js'
import { hookNames, isReversed } from './lifecycle.js'

/** Refuses functions that return promises, which `tap` would not wait for. */
type Synchronous<Result> = Result extends PromiseLike<unknown> ? never : Result

interface Tappable<Told extends unknown[], Given> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result extends Given>(name: string, fn: (...told: Told) => Synchronous<Result>): void
  /** Adds an asynchronous function, which the run waits for. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (...told: Told) => Promise<Given>): void
}

/** A hook whose taps are awaited one after the other. */
export type SeriesHook<Payload> = Tappable<[payload: Payload], unknown>
/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export type WaterfallHook<Value, At> = Tappable<[value: Value, at: At], Value | undefined | void>

type HookOf<Name extends HookName> = Name extends WaterfallName
  ? WaterfallHook<HookValue<Name>, HookPayload<Name>>
  : SeriesHook<HookPayload<Name>>

/** Every hook of the lifecycle. The waterfall `loss` runs inside the tape: synchronous only. */
export type Hooks = {
  readonly [Name in HookName]: Name extends 'loss' ? Pick<HookOf<Name>, 'tap'> : HookOf<Name>
}

/** A function that was tapped, however it was. */
export type TapFunction = (...told: unknown[]) => unknown
export type TapType = 'tap' | 'tapPromise'

/** One call of a hook: what taps are told, and in a waterfall all values so far, the newest last. */
export type HookCall = { readonly told: unknown; readonly values?: unknown[]; failure?: unknown }

/**
 * Whose taps these are, and where they come in the order: smaller first, reversed for end
 * hooks. `taps` are names of hooks, and `step` where it wrapped the step.
 */
export type TapOwner = { id: string; order: number; taps: Set<string>; isMuted: boolean }

/**
 * Stands around a call and gives what `call()` gives. What it installs it takes away before it
 * returns, also where the call throws.
 */
type Around<Kind, Detail> = <Result>(kind: Kind, detail: Detail, call: () => Result) => Result

/** Which of the user's code a synchronous section calls. */
export type SyncSectionKind = 'module' | 'data' | 'step' | 'evaluation' | 'loader'

/**
 * Stands around synchronous calls into the user's code. `detail` is, for `loader`, the 0-based number
 * in the epoch of the batch that is fetched, -1 while the loader is opened; 0 for all others.
 */
export type SyncSection = Around<SyncSectionKind, number>

/**
 * Stands around taps: `kind` is the plugin's id; the call of an asynchronous tap gives a promise. With
 * `kind` empty and `metrics` it stands around the loop's own wait for metrics on the device.
 */
export type TapObserver = Around<string, HookName | 'metrics'>

/** What stands around some calls of one trainer. */
export class Sections<Kind, Detail> {
  readonly all: { readonly owner: TapOwner; readonly around: Around<Kind, Detail> }[] = []

  /** Calls within all; of an asynchronous function the part up to its first await is within. */
  run<Result>(kind: Kind, detail: Detail, call: () => Result): Result {
    if (this.all.length === 0) return call()
    let outer = call
    for (const { owner, around } of this.all.toReversed()) {
      const inner = outer
      if (!owner.isMuted) outer = () => around(kind, detail, inner)
    }
    return outer()
  }
}

/** All hooks of one trainer: how they are tapped and called. Knows tapable, and nothing else does. */
export class HookTable {
  readonly bus = new EventBus((message) => this.warn(message))
  /** What stands around synchronous calls into the user's code. */
  readonly sections = new Sections<SyncSectionKind, number>()
  /** What stands around taps. */
  readonly observers = new Sections<string, HookName | 'metrics'>()
  /** The asynchronous tap that the run waits for. */
  waiting: { readonly plugin: string; readonly hook: HookName } | undefined
  readonly #inner = Object.fromEntries(
    hookNames.map((name) => [name, new AsyncSeriesHook<[HookCall]>(['call'])]),
  ) as Readonly<Record<HookName, AsyncSeriesHook<[HookCall]>>>

  constructor(readonly warn: (message: string) => void) {}

  /** The hooks as one owner taps them, under these names only. */
  facade(owner: TapOwner, names?: readonly string[]): Hooks {
    const adder = (hook: HookName, type: TapType) => (name: string, fn: TapFunction) => {
      const at = { plugin: owner.id, hook }
      if (names && !names.includes(name)) fail('REG_HOOK_NAME.tap', { ...at, name }, at)
      owner.taps.add(hook)
      const stage = isReversed(hook) ? -owner.order : owner.order
      this.#inner[hook][type]({ name, stage }, guarded(this, owner, { hook, type, fn }) as never)
    }
    const facade = hookNames.map((hook) => {
      const tap = adder(hook, 'tap')
      return [hook, hook === 'loss' ? { tap } : { tap, tapPromise: adder(hook, 'tapPromise') }]
    })
    return Object.freeze(Object.fromEntries(facade)) as Hooks
  }

  /** Whether anybody tapped a hook. tapable's `isUsed()` is no help: it is true once intercepted. */
  readonly isTapped = (name: HookName): boolean => this.#inner[name].taps.length > 0

  /** Whether anybody tapped or watches a hook, so that its payload is worth while. */
  readonly isHeard = (name: SeriesName): boolean => this.isTapped(name) || this.bus.isWatched(name)

  /** Calls a hook's taps, then its watchers. Gives a promise only where a tap has to be waited for. */
  emit<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> | void {
    if (!this.isTapped(name)) return this.bus.emit(name, payload)
    return this.#call(name, { told: payload }, () => this.bus.emit(name, payload))
  }

  /** Calls a hook while an error is on its way, which a second error does not replace. */
  async emitAfterError<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> {
    const emitted = async () => this.emit(name, payload)
    await emitted().catch(this.reportSecondary)
  }

  /**
   * Calls a waterfall and gives the value that comes out. Disposes of tensors that taps replaced, and
   * of all where one of them failed.
   *
   * @param kept holds tensors that are not to be disposed of
   */
  async waterfall<N extends Exclude<WaterfallName, 'loss'>>(
    name: N,
    value: HookValue<N>,
    told: HookPayload<N>,
    kept?: unknown,
  ): Promise<HookValue<N>> {
    const values: unknown[] = [value]
    const call: HookCall = { told, values }
    try {
      return (await this.#call(name, call, () => values.at(-1))) as HookValue<N>
    } finally {
      if (values.length > 1) disposeAll(values, call.failure ? kept : [values.at(-1), kept])
    }
  }

  /** Calls the `loss` waterfall inside the tape. */
  loss(value: HookValue<'loss'>, told: HookPayload<'loss'>): HookValue<'loss'> {
    const values = [value]
    return this.#call('loss', { told, values }, () => values.at(-1)) as HookValue<'loss'>
  }

  /** Tells of an error after which another one is thrown. */
  readonly reportSecondary = (error: unknown): void =>
    this.warn(say('notice.secondary', { message: messageOf(error) }))

  /** Calls the taps, then `end`. Gives a promise only where one of them is asynchronous. */
  #call<Result>(name: HookName, call: HookCall, end: () => Result): Promise<Result> | Result {
    const hook = this.#inner[name]
    const finish = (): Result => {
      if (call.failure) throw call.failure
      return end()
    }
    if (hook.taps.some(({ type }) => type === 'promise')) return hook.promise(call).then(finish)
    hook.callAsync(call, () => {})
    return finish()
  }
}
