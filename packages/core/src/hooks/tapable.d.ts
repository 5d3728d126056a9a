/** The base class of tapable's hooks, which its own types omit; only what is used here. */
declare module 'tapable/lib/Hook.js' {
  /** A function as it was tapped. */
  export interface FullTap<Call> {
    readonly name: string
    readonly stage?: number
    readonly type: 'sync' | 'async' | 'promise'
    readonly fn: (call: Call) => unknown
  }

  export default class Hook<Call, Result> {
    /** The taps in order: by stage, then in the order in which they were added. */
    readonly taps: readonly FullTap<Call>[]
    /** Calls the taps with the function that `compile` made. */
    readonly call: (call: Call) => Result
    tap(options: { name: string; stage: number }, fn: (call: Call) => void): void
    tapPromise(
      options: { name: string; stage: number },
      fn: (call: Call) => Promise<void>,
    ): void
    /** Makes the function of `call`: on the first call, and again after each new tap. */
    protected compile(options: {
      readonly taps: readonly FullTap<Call>[]
    }): (call: Call) => Result
  }
}
