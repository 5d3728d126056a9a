/** What JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

/** A position of a loader: JSON, to be kept in a checkpoint. */
export type LoaderState = {
  /** The function that made the loader. */
  readonly loader: string
  /** The options that decide which batches there are. */
  readonly options: Json
  /** The epoch that is under way or, between two, begins next; from 0. */
  readonly epoch: number
  /** Batches of that epoch that were given. */
  readonly batch: number
  /** Of each source the state that belongs to this position; `null` for one that has none. */
  readonly sources: readonly Json[]
  /** What the loader itself must know besides, such as how many samples it has seen. */
  readonly memory: Json
}

/** Batches, epoch by epoch, from a position that can be saved. Every loader of this package is one. */
export interface Loader<B> extends AsyncIterable<B> {
  /** Batches per epoch, if known. */
  readonly size: number | undefined
  /**
   * Begins the next epoch, or resumes where {@link restore} put it. The caller owns the batches. An
   * iteration that ends early, or throws, has closed its sources and disposed of what it fetched.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<B>
  /** The position of the latest iteration; read it between two batches. */
  state(): LoaderState
  /**
   * Puts the loader at the position of another one: the next iteration gives the rest of that epoch.
   *
   * @throws TypeError, RangeError if the state is not one of a loader of the same kind and options
   */
  restore(state: unknown): void
  /** Hands the state of the loader that a model was trained with to the sources. A trainer calls it before an evaluation from a checkpoint. */
  adopt?(trained: unknown): void
}

/** What a dataset of tfjs has: `tf.data.Dataset` is one. */
export interface DatasetLike<B> {
  iterator(): Promise<{ next(): Promise<IteratorResult<B>> }>
}

/** Optional members of a source, as of the data of a trainer. */
export interface SourceTraits {
  /** Batches per epoch. `null` and infinity, as a dataset of tfjs says it, mean that it is not known. */
  readonly size?: number | null | undefined
  /** Whether the source goes on to use the tensors of its batches. An array of batches does. */
  readonly ownsBatches?: boolean
  readonly state?: () => Json
  readonly restore?: (state: never) => void
  readonly adopt?: (trained: never) => void
}

/** Batches that can be iterated, or a dataset of tfjs. */
export type SourceLoader<B> = (Iterable<B> | AsyncIterable<B> | DatasetLike<B>) &
  SourceTraits

/** Where a loader takes its batches from: another loader, an array, a dataset, or a function that makes one for each epoch. */
export type Source<B> =
  | SourceLoader<B>
  | ((epoch: number) => SourceLoader<B> | Promise<SourceLoader<B>>)
