import type { Feed } from './feed.js'
import type { Json } from './loader.js'

/** Where an iteration begins. */
export interface Start {
  readonly epoch: number
  /** Batches of the epoch that were given before. */
  readonly batch: number
}

/** What makes a loader of its sources. */
export interface LoaderRecipe<B> {
  /** The function that the user called, for errors. */
  readonly owner: string
  /** What decides which batches there are; a state with others is refused. */
  readonly options: Json
  /** Sources by position; a recipe opens them, they are closed for it. */
  readonly feeds: readonly Feed<unknown>[]
  readonly size: () => number | undefined
  /** Whether no batch follows so many. Default: as the size says. */
  readonly isLast?: (batch: number) => boolean
  /**
   * The batches of one epoch from a position on. It opens the sources, which are at that position, or
   * with {@link replays} at the beginning of the epoch.
   */
  readonly run: (start: Start) => AsyncGenerator<B, void, undefined>
  /**
   * Whether a resumed epoch is read again from its beginning, by a recipe that looks ahead. `run` then
   * leaves out the first `batch` batches itself, so that it need not make them.
   */
  readonly replays?: boolean
  /** States of the sources at the latest batch, for a recipe that is ahead of it. */
  readonly sourceStates?: () => readonly Json[] | undefined
  /** How many batches of each source belong to the position, for sources without a state. Default: as many as given. */
  readonly sourceTaken?: (batch: number) => readonly number[]
  readonly memory?: {
    /** `isOver`: as at the beginning of the next epoch. */
    readonly save: (isOver: boolean) => Json
    /** @throws TypeError for what was not saved by it; `undefined` begins anew */
    readonly load: (memory: Json | undefined, start: Start) => void
  }
}
