import type { HookName } from './lifecycle.js'
import type { TapOwner } from './tap-owner.js'

/**
 * Wraps a call and gives what `call()` gives. What it installs it takes away before it returns, also
 * where the call throws.
 */
type CallWrapper<Kind, Detail> = <Result>(kind: Kind, detail: Detail, call: () => Result) => Result

/** Which of the user's code a synchronous section calls. */
export type SyncSectionKind = 'module' | 'data' | 'step' | 'evaluation' | 'loader'

/**
 * Wraps synchronous calls into the user's code. `detail` is, for `loader`, the 0-based number in the
 * epoch of the batch that is fetched, -1 while the loader is opened; 0 for all others.
 */
export type SyncSection = CallWrapper<SyncSectionKind, number>

/**
 * Wraps taps: `kind` is the plugin's id; the call of an asynchronous tap gives a promise. With `kind`
 * empty and `metrics` it wraps the loop's own wait for metrics on the device.
 */
export type TapObserver = CallWrapper<string, HookName | 'metrics'>

/** What plugins wrapped around some calls of one trainer; the first that was added is outermost. */
export class CallWrappers<Kind, Detail> {
  readonly #wrappers: { readonly owner: TapOwner; readonly wrap: CallWrapper<Kind, Detail> }[] = []

  /** Whether nothing is wrapped, so that a call may be made without `run`. */
  get isEmpty(): boolean {
    return this.#wrappers.length === 0
  }

  /** Adds a wrapper, which is skipped while its owner is muted. */
  add(owner: TapOwner, wrap: CallWrapper<Kind, Detail>): void {
    this.#wrappers.push({ owner, wrap })
  }

  /** Calls within all; of an asynchronous function the part up to its first await is within. */
  run<Result>(kind: Kind, detail: Detail, call: () => Result): Result {
    if (this.isEmpty) return call()
    const active = this.#wrappers.filter(({ owner }) => !owner.isMuted)
    const wrapped = active.reduceRight<() => Result>(
      (inner, { wrap }) =>
        () =>
          wrap(kind, detail, inner),
      call,
    )
    return wrapped()
  }
}
