import type { HookPayload, HookValue } from './hook-types.js'
import type {
  HookName,
  LifecycleName,
  lifecycle,
  SeriesName,
  WaterfallName,
} from './lifecycle.js'

/** Refuses functions that return promises; the compiler shows its text. */
type Synchronous<Result> =
  Result extends PromiseLike<unknown> ? 'tap() does not wait: use tapPromise()' : Result

interface Tappable<Received extends unknown[], Returned> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result extends Returned>(
    name: string,
    fn: (...received: Received) => Synchronous<Result>,
  ): void
  /** Adds an asynchronous function, which the run awaits. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (...received: Received) => Promise<Returned>): void
}

/** A hook whose taps are awaited one by one. */
export type SeriesHook<Payload> = Tappable<[payload: Payload], unknown>
/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export type WaterfallHook<Value, Payload> = Tappable<
  [value: Value, payload: Payload],
  Value | undefined | void
>

type WaterfallOf<N extends WaterfallName> = WaterfallHook<HookValue<N>, HookPayload<N>>

/** The rows of some hooks; a mapped type over them keeps their docstrings. */
type Rows<N extends LifecycleName> = Pick<typeof lifecycle, N>

/** Every hook of the lifecycle. The waterfall `loss` runs inside the tape: synchronous only. */
export type Hooks = {
  readonly [N in keyof Rows<HookName>]: N extends SeriesName
    ? SeriesHook<HookPayload<N>>
    : N extends 'loss'
      ? Pick<WaterfallOf<N>, 'tap'>
      : N extends WaterfallName
        ? WaterfallOf<N>
        : never
}
