import type { TensorContainer } from '@tensorflow/tfjs-core'
import { disposeAll, isIterable } from './containers.js'
import { fail, located } from './errors.js'
import type { Json } from './json.js'
import type { BatchLimits } from './options.js'
import type { Session } from './session.js'

/** tfjs' own datasets, as far as a loop needs them. */
export type DatasetLike<B> = { iterator(): Promise<{ next(): Promise<IteratorResult<B>> }> }

/** What an iterable may say about itself besides giving batches. */
export interface LoaderTraits {
  /** Batches of an epoch, if known. */
  readonly size?: number | undefined
  /** Whether the tensors belong to the loader, so that the trainer does not dispose of them. */
  readonly ownsBatches?: boolean
  /**
   * Position and shuffle state. Taken between two batches it tells where the iteration stands;
   * taken after the iteration ended or was closed (`return`), where the next one begins.
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

/**
 * What a module must be able to take that is trained on batches of type `B`. tfjs types a dataset
 * after `batch()` as `TensorContainer`, which says nothing: there the module's own type counts.
 */
export type TakenBatch<B> = 0 extends 1 & B
  ? B
  : [TensorContainer, B] extends [B, TensorContainer]
    ? never
    : B

/** The data of a fit. */
export interface FitData<B, V extends DataSources<B> | undefined = DataSources<B> | undefined> {
  /** Batches to train with. */
  readonly train: DataSource<B>
  /** Batches to validate with: one source, or several by name. */
  readonly validation?: V
  /** Batches for the command `test`; a fit does not use them. */
  readonly test?: DataSources<B> | undefined
  /** Batches for the command `predict`; a fit does not use them. */
  readonly predict?: DataSource<B> | undefined
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>
type AnyIterable = Iterable<unknown> & AsyncIterable<unknown> & DatasetLike<unknown>

/** A source with its name and place, checked. @throws REG_DATA_INVALID */
export function namedSource<B>(source: DataSource<B>, place: string, name?: string) {
  const isSource = typeof source === 'function' || isIterable(source)
  return isSource ? { source, place, name } : fail('REG_DATA_INVALID.source', { place, source })
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

/**
 * Batches of an epoch as a limit leaves them, or `undefined` where the source does not know.
 *
 * @throws REG_OPTION_INVALID for a share of an unknown number, or one that is no batch
 */
export function limitedSize(source: unknown, limit: number, place: string): number | undefined {
  const { length, size } = source as { length?: number } & LoaderTraits
  const told = Array.isArray(source) ? length : size
  const all = Number.isFinite(told) ? (told as number) : undefined
  if (limit === 0 || limit >= 1) return all === undefined ? undefined : Math.min(all, limit)
  if (all === undefined) fail('REG_OPTION_INVALID.share', { place, limit })
  const batches = Math.floor(all * limit + 1e-9)
  return batches || fail('REG_OPTION_INVALID.noBatch', { place, limit, all, least: 1 / all })
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

/** What is opened: the batches of a split from a source, at its place in the data, for errors. */
type Opening = { session: Session; split: keyof BatchLimits; place: string }
/** With the loader's state to go on from. */
type CursorOptions = Opening & { source: DataSource<unknown>; state?: Json | undefined }

/** The batches of one epoch, one after the other, with a look ahead where it is asked for. */
export class BatchCursor {
  /** Batches of the epoch, if known. */
  size: number | undefined
  /** Batches taken so far; -1 while the source is opened. */
  taken = -1
  /** Whether the batches belong to their source. */
  isOwner = false
  loader: LoaderTraits = {}
  #iterator!: AnyIterator
  #limit = 0
  #ahead: (IteratorResult<unknown> & Pick<LoaderTraits, 'state'>) | undefined
  #isOver = false

  private constructor(private readonly options: CursorOptions) {}

  /** Opens a source for an epoch. @throws REG_DATA_FAILED, REG_DATA_INVALID */
  static async open(options: CursorOptions): Promise<BatchCursor> {
    const { session, source, place, state, split } = options
    const cursor = new BatchCursor(options)
    const make = () => (typeof source === 'function' ? source(session.state.epoch) : source)
    const loader = await cursor.#call(make)
    namedSource(loader, place)
    cursor.#iterator = await cursor.#call(() => {
      if (state != null) loader.restore?.(state)
      return iteratorOf(loader as Partial<AnyIterable>)
    })
    const limit = session.options.limitBatches[split]
    const size = limitedSize(loader, limit, place)
    cursor.#limit = limit < 1 ? (size ?? limit) : limit
    const isOwner = loader.ownsBatches ?? Array.isArray(source)
    return Object.assign(cursor, { loader, size, isOwner, taken: 0 })
  }

  /** The next batch. @throws REG_DATA_FAILED */
  async next(): Promise<IteratorResult<unknown>> {
    const isOver = this.#isOver || this.taken >= this.#limit
    if (isOver && !this.#ahead) return { done: true, value: undefined }
    const result = this.#ahead ?? (await this.#call(() => this.#iterator.next()))
    this.#ahead = undefined
    if (result.done) this.#isOver = true
    else this.taken++
    return result
  }

  /** Whether no batch is left. Fetches one ahead where the source does not know its size. */
  async isAtEnd(): Promise<boolean> {
    if (this.#isOver || this.taken >= (this.size ?? this.#limit)) return true
    if (this.size !== undefined || this.#ahead) return false
    const state = this.state()
    const ahead = await this.next()
    if (ahead.done) return true
    this.taken--
    this.#ahead = { ...ahead, state: () => state }
    return false
  }

  /** The position to be saved, if the loader can tell it. */
  readonly state = (): Json => (this.#ahead ?? this.loader).state?.() ?? null

  /** Ends the iteration early, so that a generator's `finally` runs. @throws REG_DATA_FAILED */
  async close(): Promise<void> {
    if (!this.isOwner) disposeAll(this.#ahead?.value)
    this.#ahead = undefined
    const isOver = this.#isOver
    this.#isOver = true
    if (!isOver) await this.#call(() => this.#iterator.return?.())
  }

  async #call<Result>(call: () => Result): Promise<Awaited<Result>> {
    const { session, split, place } = this.options
    const { taken } = this
    try {
      const kind = split === 'train' ? 'loader' : 'evaluation'
      return await session.hooks.sections.run(kind, taken, call)
    } catch (thrown) {
      this.#isOver = true
      const what = taken < 0 ? 'could not be opened' : `failed after ${taken} batches`
      throw located(thrown, 'REG_DATA_FAILED', `${place} ${what}`)
    }
  }
}

const iteratorOf = async (source: Partial<AnyIterable>): Promise<AnyIterator> =>
  source[Symbol.iterator]?.() ??
  source[Symbol.asyncIterator]?.() ??
  ((await source.iterator?.()) as AsyncIterator<unknown>)
