import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { isIterable } from './containers.js'

/** tfjs' own datasets, as far as a loop needs them. */
export type DatasetLike<B> = { iterator(): Promise<{ next(): Promise<IteratorResult<B>> }> }

/** What an iterable may say about itself besides giving batches. */
export interface LoaderTraits {
  /** Batches of an epoch, if known: an integer from 0. The epoch ends there. */
  readonly size?: number | undefined
  /** Whether the tensors belong to the loader, so that the trainer does not dispose of them. */
  readonly ownsBatches?: boolean
  /**
   * Position and shuffle state. Taken between two batches it tells where the iteration stands;
   * taken after the iteration ended or was closed (`return`), where the next one begins. Of a loader
   * without `size` it is taken before every batch.
   */
  readonly state?: () => Json
  /** Goes on from what {@link state} gave: the next iteration begins there. */
  readonly restore?: (state: Json) => void
}

/** An iterable of batches with or without traits, or a dataset. */
export type Loader<B> = (Iterable<B> | AsyncIterable<B> | DatasetLike<B>) & LoaderTraits

/** Where batches come from. An array keeps its batches; of all others the trainer disposes after use. */
export type DataSource<B> = Loader<B> | ((epoch: number) => Loader<B> | Promise<Loader<B>>)

/** One source, or several by name. */
export type DataSources<B> = DataSource<B> | Readonly<Record<string, DataSource<B>>>

/** What a source, or several by name, give: their batches. */
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
  /** Batches to train with. */
  readonly train: DataSource<B>
  /** Batches to validate with: one source, or several by name. */
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

/** Sources by name and place; a single one has the name `undefined`. @throws REG_DATA_INVALID */
export function namedSources<B>(sources: DataSources<B>, place: string) {
  const all = Object.entries(Object(sources)) as [string, DataSource<B>][]
  const isOne = typeof sources === 'function' || isIterable(sources) || all.length === 0
  if (isOne) return [namedSource(sources as DataSource<B>, place)]
  return all.map(([name, source]) => {
    if (name === '') fail('REG_DATA_INVALID.name', { place })
    return namedSource(source, `${place}.${name}`, name)
  })
}

/** Batches of an epoch that a loader tells of, if it does. @throws REG_DATA_INVALID */
export function sizeTold(source: unknown, place: string): number | undefined {
  const { length, size } = source as { length?: number } & LoaderTraits
  const found: unknown = Array.isArray(source) ? length : size
  // A dataset of tfjs says null where it does not know, and Infinity where it repeats for ever.
  if (found === undefined || found === null || found === Number.POSITIVE_INFINITY) return undefined
  const isCount = Number.isSafeInteger(found) && Number(found) >= 0
  return isCount ? Number(found) : fail('REG_DATA_INVALID.size', { place, found })
}

/**
 * Batches of an epoch as a limit leaves them, or `undefined` where the source does not know.
 *
 * @throws REG_OPTION_INVALID for a share of an unknown number, or one that is no batch
 */
export function limitedSize(source: unknown, limit: number, place: string): number | undefined {
  const all = sizeTold(source, place)
  if (limit === 0 || limit >= 1) return all === undefined ? undefined : Math.min(all, limit)
  const values = { option: 'limitBatches', place, found: limit }
  if (all === undefined) fail('REG_OPTION_INVALID.share', values)
  const batches = Math.floor(all * limit + 1e-9)
  const noBatch = () => ({ ...values, batches: all, least: 1 / all })
  return batches || fail('REG_OPTION_INVALID.noBatch', noBatch())
}

/** The same of all loaders together; what a function will make is not known. */
export function batchesOf(sources: DataSources<unknown>, limit: number, place: string) {
  let sum: number | undefined = 0
  for (const { source, place: own } of namedSources(sources, place)) {
    const size = typeof source === 'function' ? undefined : limitedSize(source, limit, own)
    sum = size === undefined || sum === undefined ? undefined : sum + size
  }
  return sum
}
