import type { HookName } from './lifecycle.js'
import type { TapOwner } from './tap-owner.js'

/**
 * Wraps a call and returns what `call()` returns. Before it returns it removes what it installed, even
 * if the call throws.
 */
type CallWrapper<Kind, Detail> = <Result>(
  kind: Kind,
  detail: Detail,
  call: () => Result,
) => Result

/** Which part of the user's code is called. */
export type SyncSectionKind = 'module' | 'data' | 'step' | 'evaluation' | 'loader'

/**
 * Wraps synchronous calls into the user's code. For `loader`, `detail` is the 0-based index in the epoch
 * of the batch that is fetched, or -1 while the loader is opened; otherwise it is 0.
 */
export type SyncSection = CallWrapper<SyncSectionKind, number>

/**
 * Wraps taps: `kind` is the plugin's id, `detail` the hook; the call of an asynchronous tap returns a
 * promise. With an empty `kind` and `metrics` it wraps the loop's own wait for metrics on the device.
 */
export type TapObserver = CallWrapper<string, HookName | 'metrics'>

/** The wrappers that plugins added around calls of one trainer; the first added is outermost. */
export class CallWrappers<Kind, Detail> {
  readonly #wrappers: {
    readonly owner: TapOwner
    readonly wrap: CallWrapper<Kind, Detail>
  }[] = []

  /** Whether there are no wrappers: a call then needs no `run`. */
  get isEmpty(): boolean {
    return this.#wrappers.length === 0
  }

  /** Adds a wrapper, which is skipped while its owner is muted. */
  add(owner: TapOwner, wrap: CallWrapper<Kind, Detail>): void {
    this.#wrappers.push({ owner, wrap })
  }

  /** Calls a function in all wrappers; of an asynchronous function they wrap the part up to its first await. */
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
