import { located, RegimenError } from './errors.js'
import type { Json } from './json.js'
import { quote } from './nearest.js'
import { ALL_BATCHES } from './options.js'

/** tfjs' own datasets, as far as a loop needs them. */
export interface DatasetLike<B> {
  readonly size?: number
  iterator(): Promise<{ next(): Promise<IteratorResult<B>> }>
}

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

/** An iterable of batches with or without traits. */
export type Loader<B> = (Iterable<B> | AsyncIterable<B>) & LoaderTraits

/** Where batches come from. An array keeps its batches; of all others the trainer disposes after use. */
export type DataSource<B> =
  | Loader<B>
  | DatasetLike<B>
  | ((epoch: number) => Loader<B> | DatasetLike<B> | Promise<Loader<B> | DatasetLike<B>>)

/** One source, or several by name. */
export type DataSources<B> = DataSource<B> | Readonly<Record<string, DataSource<B>>>

/** The data of a fit. */
export interface FitData<B> {
  readonly train: DataSource<B>
  readonly validation?: DataSources<B> | undefined
  readonly test?: DataSources<B> | undefined
  readonly predict?: DataSource<B> | undefined
}

/**
 * Checks a source when the run begins.
 *
 * @throws REG_DATA_INVALID
 */
export function checkSource(source: unknown, place: string): void {
  if (typeof source === 'function' || isIterable(source) || isDataset(source)) return
  throw new RegimenError(
    'REG_DATA_INVALID',
    `${place} is ${quote(source)}; give something iterable, async iterable, a tf.data.Dataset, or a function that makes one per epoch.`,
  )
}

/** Sources by name; a single one has the name `undefined`. */
export function namedSources<B>(
  sources: DataSources<B>,
  place: string,
): [string | undefined, DataSource<B>][] {
  const isRecord =
    typeof sources === 'object' && sources !== null && !isIterable(sources) && !isDataset(sources)
  if (!isRecord) {
    checkSource(sources, place)
    return [[undefined, sources as DataSource<B>]]
  }
  const entries = Object.entries(sources as Record<string, DataSource<B>>)
  if (entries.length === 0) checkSource(undefined, place)
  for (const [name, source] of entries) checkSource(source, `${place}.${name}`)
  return entries
}

/** Batches of an epoch as a limit leaves them, or `undefined` where the source does not know. */
export function limitedSize(source: unknown, limit: number, place: string): number | undefined {
  const size = sizeOf(source)
  if (limit > 0 && limit < 1) {
    if (size === undefined) {
      throw new RegimenError(
        'REG_OPTION_INVALID',
        `limitBatches for ${place} is the share ${limit}, but the source does not know its size; give a whole number of batches.`,
      )
    }
    const batches = Math.floor(size * limit + 1e-9)
    if (batches > 0) return batches
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `limitBatches for ${place} is ${limit}, which is no batch out of ${size}; give at least ${1 / size}.`,
    )
  }
  if (size === undefined) return undefined
  return Math.min(size, limit)
}

/** Batches that a source says it has. */
export function sizeOf(source: unknown): number | undefined {
  if (Array.isArray(source)) return source.length
  const size: unknown = (source as LoaderTraits | null | undefined)?.size
  return typeof size === 'number' && Number.isFinite(size) ? size : undefined
}

/** The batches of one epoch, one after the other, with a look ahead where it is asked for. */
export class BatchCursor<B> {
  readonly size: number | undefined
  readonly isOwner: boolean
  readonly #loader: LoaderTraits
  readonly #iterator: Iterator<B> | AsyncIterator<B>
  readonly #place: string
  readonly #limit: number
  #taken = 0
  #ahead: IteratorResult<B> | undefined
  #stateBeforeAhead: Json | undefined
  #isOver = false

  private constructor(
    loader: LoaderTraits,
    iterator: Iterator<B> | AsyncIterator<B>,
    isOwner: boolean,
    options: CursorOptions,
  ) {
    this.#loader = loader
    this.#iterator = iterator
    this.isOwner = isOwner
    this.#place = options.place
    this.#limit = options.limit >= 1 || options.limit === 0 ? options.limit : ALL_BATCHES
    const size = limitedSize(loader, options.limit, options.place)
    this.size = size === undefined ? undefined : Math.min(size, options.cap ?? size)
    if (options.limit > 0 && options.limit < 1) this.#limit = this.size as number
    if (options.cap !== undefined) this.#limit = Math.min(this.#limit, options.cap)
  }

  /** Opens a source for an epoch. @throws REG_DATA_FAILED, REG_DATA_INVALID */
  static async open<B>(source: DataSource<B>, options: CursorOptions): Promise<BatchCursor<B>> {
    try {
      const made = typeof source === 'function' ? await source(options.epoch) : source
      checkSource(made, options.place)
      const loader = made as Loader<B> & DatasetLike<B>
      if (options.state !== undefined) loader.restore?.(options.state)
      const iterator = await iteratorOf<B>(loader)
      const isOwner = loader.ownsBatches ?? Array.isArray(source)
      return new BatchCursor<B>(loader, iterator, isOwner, options)
    } catch (thrown) {
      throw located(thrown, 'REG_DATA_FAILED', `${options.place} could not be opened`)
    }
  }

  /** The next batch; a promise only where the source is asynchronous. */
  next(): IteratorResult<B> | Promise<IteratorResult<B>> {
    if (this.#ahead) {
      const ahead = this.#ahead
      this.#ahead = undefined
      return this.#count(ahead)
    }
    if (this.#isOver || this.#taken >= this.#limit) return { done: true, value: undefined }
    try {
      const result = this.#iterator.next()
      if (!(result instanceof Promise) && !('then' in result)) return this.#count(result)
      return Promise.resolve(result).then(
        (value) => this.#count(value),
        (thrown) => this.#fail(thrown),
      )
    } catch (thrown) {
      return this.#fail(thrown)
    }
  }

  /** Whether no batch is left. Fetches one ahead where the source does not know its size. */
  async isAtEnd(): Promise<boolean> {
    if (this.#taken >= (this.size ?? this.#limit)) return true
    if (this.size !== undefined) return this.#isOver
    if (!this.#ahead) {
      this.#stateBeforeAhead = this.#loader.state?.()
      const ahead = await this.next()
      if (ahead.done) return true
      this.#taken--
      this.#ahead = ahead
    }
    return false
  }

  /** The position to be saved, if the loader can tell it. */
  get state(): Json | undefined {
    return this.#ahead ? this.#stateBeforeAhead : this.#loader.state?.()
  }

  /** Whether the position can be restored without reading again what was read. */
  get isResumable(): boolean {
    return this.#loader.state !== undefined && this.#loader.restore !== undefined
  }

  /** Counts batches that were used before a restored position. */
  skipTo(taken: number): void {
    this.#taken = taken
  }

  /** Ends the iteration early, so that a generator's `finally` runs. Gives back a batch fetched ahead. */
  async close(): Promise<B | undefined> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (!this.#isOver) {
      this.#isOver = true
      try {
        await this.#iterator.return?.()
      } catch (thrown) {
        this.#fail(thrown)
      }
    }
    return ahead?.value
  }

  #count(result: IteratorResult<B>): IteratorResult<B> {
    if (result.done) this.#isOver = true
    else this.#taken++
    return result
  }

  #fail(thrown: unknown): never {
    this.#isOver = true
    throw located(thrown, 'REG_DATA_FAILED', `${this.#place} failed after ${this.#taken} batches`)
  }
}

/** How a source is opened. */
export interface CursorOptions {
  /** Completed epochs, handed to a function that makes loaders. */
  readonly epoch: number
  readonly limit: number
  /** Batches at most, whatever the limit says: those of a sanity check. */
  readonly cap?: number | undefined
  /** What it is, for errors: `data.train`. */
  readonly place: string
  /** Loader state to go on from. */
  readonly state?: Json | undefined
}

async function iteratorOf<B>(source: unknown): Promise<Iterator<B> | AsyncIterator<B>> {
  const loader = source as Partial<Iterable<B> & AsyncIterable<B> & DatasetLike<B>>
  const iterator = loader[Symbol.iterator]?.() ?? loader[Symbol.asyncIterator]?.()
  return iterator ?? ((await loader.iterator?.()) as AsyncIterator<B>)
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value)
  )
}

function isDataset(value: unknown): boolean {
  return typeof (value as Partial<DatasetLike<unknown>> | null)?.iterator === 'function'
}
