import type { TapOwner } from './hooks.js'

/** Which of the user's code a synchronous section calls. */
export type SyncSectionKind = 'module' | 'data' | 'step' | 'evaluation' | 'loader'

/** Stands around synchronous calls into the user's code: what it installs, it takes away again. */
export interface SyncSection {
  /**
   * @param index for `loader` the 0-based number in the epoch of the batch that is fetched, -1 while
   *   the loader is opened; 0 for all others
   */
  enter(kind: SyncSectionKind, index: number): void
  leave(kind: SyncSectionKind): void
}

/** The sections of one trainer, in plugin order. */
export class SyncSections {
  readonly #sections: { readonly owner: TapOwner; readonly section: SyncSection }[] = []

  add(owner: TapOwner, section: SyncSection): void {
    this.#sections.push({ owner, section })
  }

  /** Calls within all sections; of an asynchronous function the part up to its first await is within. */
  run<Result>(kind: SyncSectionKind, index: number, call: () => Result): Result {
    if (this.#sections.length === 0) return call()
    const active = this.#sections.filter(({ owner }) => !owner.isMuted)
    const entered: SyncSection[] = []
    try {
      for (const { section } of active) {
        section.enter(kind, index)
        entered.unshift(section)
      }
      return call()
    } finally {
      for (const section of entered) section.leave(kind)
    }
  }
}
