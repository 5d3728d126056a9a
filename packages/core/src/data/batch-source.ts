import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { isIterable } from './containers.js'

/** What a loop needs from a dataset of tfjs. */
export type DatasetLike<B> = {
  iterator(): Promise<{ next(): Promise<IteratorResult<B>> }>
}

/** Optional members of an iterable of batches. */
export interface LoaderTraits {
  /** Batches per epoch, if known: a non-negative integer. The epoch ends after as many. */
  readonly size?: number | undefined
  /** Whether the loader owns the tensors; the trainer then does not dispose of them. */
  readonly ownsBatches?: boolean
  /**
   * Position and shuffle state. Between two batches, the position of the iteration; after the iteration
   * ended or was closed (`return`), the beginning of the next one. For a loader without `size` it is
   * called before every batch.
   */
  readonly state?: () => Json
  /** Resumes from what {@link state} returned: the next iteration begins there. */
  readonly restore?: (state: Json) => void
  /**
   * Called before a validation, test or prediction that loads a checkpoint, with the state that the
   * training loader had: what was learned from the training data, such as categories, is in it.
   */
  readonly adopt?: (trained: Json) => void
}

/** An iterable of batches with or without traits, or a dataset. */
export type Loader<B> = (Iterable<B> | AsyncIterable<B> | DatasetLike<B>) & LoaderTraits

/** A source of batches. An array keeps its batches; the trainer disposes of all others after use. */
export type DataSource<B> =
  | Loader<B>
  | ((epoch: number) => Loader<B> | Promise<Loader<B>>)

/** One source, or several by name. */
export type DataSources<B> = DataSource<B> | Readonly<Record<string, DataSource<B>>>

/** The batches of a source, or of several by name. */
export type BatchOf<Data> =
  Data extends DataSource<infer B>
    ? B
    : Data extends Readonly<Record<string, DataSource<infer B>>>
      ? B
      : never

/** The data of a fit. */
export interface FitData<
  B,
  V extends DataSources<B> | undefined = DataSources<B> | undefined,
  P = B,
> {
  /** Batches to train on. */
  readonly train: DataSource<B>
  /** Batches to validate on: one source, or several by name. */
  readonly validation?: V
  /** Batches for the command `test`; a fit does not use them. */
  readonly test?: DataSources<B> | undefined
  /** Batches for the command `predict`, which may be without labels; a fit does not use them. */
  readonly predict?: DataSource<P> | undefined
}

/** A source with its name and place, checked. @throws REG_DATA_INVALID */
export function namedSource<B>(source: DataSource<B>, place: string, name?: string) {
  const isSource = typeof source === 'function' || isIterable(source)
  return isSource
    ? { source, place, name }
    : fail('REG_DATA_INVALID.source', { place, found: source })
}

/** Sources by name and place; the name of a single one is `undefined`. @throws REG_DATA_INVALID */
export function namedSources<B>(sources: DataSources<B>, place: string) {
  const all = Object.entries(Object(sources)) as [string, DataSource<B>][]
  const isSingle =
    typeof sources === 'function' || isIterable(sources) || all.length === 0
  if (isSingle) return [namedSource(sources as DataSource<B>, place)]
  return all.map(([name, source]) => {
    if (name === '') fail('REG_DATA_INVALID.name', { place })
    return namedSource(source, `${place}.${name}`, name)
  })
}

/** Batches per epoch according to a loader, if it knows. @throws REG_DATA_INVALID */
export function sizeOf(source: unknown, place: string): number | undefined {
  const { length, size } = source as { length?: number } & LoaderTraits
  const found: unknown = Array.isArray(source) ? length : size
  // The size of a tfjs dataset is null if unknown, and Infinity if it repeats forever.
  if (found === undefined || found === null || found === Number.POSITIVE_INFINITY)
    return undefined
  const isCount = Number.isSafeInteger(found) && Number(found) >= 0
  return isCount ? Number(found) : fail('REG_DATA_INVALID.size', { place, found })
}

/**
 * Batches per epoch after a limit, or `undefined` if the source does not know.
 *
 * @throws REG_OPTION_INVALID for a share of an unknown number, or one of less than a batch
 */
export function limitedSize(
  source: unknown,
  limit: number,
  place: string,
): number | undefined {
  const all = sizeOf(source, place)
  if (limit === 0 || limit >= 1)
    return all === undefined ? undefined : Math.min(all, limit)
  const values = { option: 'limitBatches', place, found: limit }
  if (all === undefined) fail('REG_OPTION_INVALID.share', values)
  const batches = Math.floor(all * limit + 1e-9)
  const noBatch = () => ({ ...values, batches: all, least: 1 / all })
  return batches || fail('REG_OPTION_INVALID.noBatch', noBatch())
}

/** Batches of all loaders together; `undefined` if a loader does not know, or a function makes it. */
export function batchesOf(sources: DataSources<unknown>, limit: number, place: string) {
  let sum: number | undefined = 0
  for (const { source, place: sourcePlace } of namedSources(sources, place)) {
    const isKnown = typeof source !== 'function'
    const size = isKnown ? limitedSize(source, limit, sourcePlace) : undefined
    sum = size === undefined || sum === undefined ? undefined : sum + size
  }
  return sum
}
