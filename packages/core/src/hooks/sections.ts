import type { HookName } from './lifecycle.js'

/**
 * Whose taps these are, and where they come in the order: smaller first, reversed for end
 * hooks. `taps` are names of hooks, and `step` where it wrapped the step. `turn` is the newest turn of
 * the hook table in which a tap of theirs was called.
 */
export type TapOwner = {
  id: string
  order: number
  taps: Set<string>
  isMuted: boolean
  /** What it waits for on purpose, newest last. */
  waits: (() => string | undefined)[]
  turn: number
}

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
    const active = this.all.filter(({ owner }) => !owner.isMuted)
    return active.reduceRight(
      (inner, { around }) =>
        () =>
          around(kind, detail, inner),
      call,
    )()
  }
}
