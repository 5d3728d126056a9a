/** The class below all hooks of tapable, whose own types leave it out; only what is used here. */
declare module 'tapable/lib/Hook.js' {
  /** A function as it was tapped. */
  export interface FullTap<Call> {
    readonly name: string
    readonly stage?: number
    readonly type: 'sync' | 'async' | 'promise'
    readonly fn: (call: Call) => unknown
  }

  export default class Hook<Call, Result> {
    /** The taps in their order: by stage, of equal ones that which was added first. */
    readonly taps: readonly FullTap<Call>[]
    /** Calls the taps by what `compile` made. */
    readonly call: (call: Call) => Result
    tap(options: { name: string; stage: number }, fn: (call: Call) => void): void
    tapPromise(options: { name: string; stage: number }, fn: (call: Call) => Promise<void>): void
    /** Makes the function behind `call`: at the first call, and anew after each new tap. */
    protected compile(options: { readonly taps: readonly FullTap<Call>[] }): (call: Call) => Result
  }
}
