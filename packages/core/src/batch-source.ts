import { disposeAll, isIterable, isThenable } from './containers.js'
import { fail, located } from './errors.js'
import type { Json } from './json.js'
import { quote } from './nearest.js'

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

/** The data of a fit. */
export interface FitData<B> {
  readonly train: DataSource<B>
  readonly validation?: DataSources<B> | undefined
  readonly test?: DataSources<B> | undefined
  readonly predict?: DataSource<B> | undefined
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>
type AnyIterable = Iterable<unknown> & AsyncIterable<unknown> & DatasetLike<unknown>

/** Checks a source when the run begins. @throws REG_DATA_INVALID */
export function checkSource(source: unknown, place: string): void {
  if (typeof source === 'function' || isIterable(source)) return
  const wanted = 'something iterable or async iterable, a tf.data.Dataset, or a function that makes'
  fail('REG_DATA_INVALID', `${place} is ${quote(source)}; give ${wanted} one per epoch.`)
}

/** Sources by name and place; a single one has the name `undefined`. @throws REG_DATA_INVALID */
export function namedSources<B>(sources: DataSources<B>, place: string) {
  const isRecord = typeof sources === 'object' && sources !== null && !isIterable(sources)
  const entries = Object.entries(isRecord ? (sources as Record<string, DataSource<B>>) : {})
  const named = entries.map(([name, source]) => ({ name, source, place: `${place}.${name}` }))
  const all = isRecord ? named : [{ name: undefined, source: sources as DataSource<B>, place }]
  if (all.length === 0) checkSource(undefined, place)
  for (const one of all) checkSource(one.source, one.place)
  return all
}

/** The same for an evaluation, where a function may also give a record. @throws REG_DATA_FAILED */
export async function openedSources<B>(sources: DataSources<B>, place: string, epoch: number) {
  if (typeof sources !== 'function') return namedSources(sources, place)
  try {
    const made = await sources(epoch)
    const isRecord = typeof made === 'object' && made !== null && !isIterable(made)
    return namedSources(isRecord ? (made as DataSources<B>) : () => made, place)
  } catch (thrown) {
    throw located(thrown, 'REG_DATA_FAILED', `${place} could not be opened`)
  }
}

/**
 * Batches of an epoch as a limit leaves them, or `undefined` where the source does not know.
 *
 * @throws REG_OPTION_INVALID for a share of an unknown number, or one that is no batch
 */
export function limitedSize(source: unknown, limit: number, place: string): number | undefined {
  const { length, size: own } = source as { length?: number } & LoaderTraits
  const told = Array.isArray(source) ? length : own
  const size = Number.isFinite(told) ? (told as number) : undefined
  if (limit === 0 || limit >= 1) return size === undefined ? undefined : Math.min(size, limit)
  const batches = size === undefined ? 0 : Math.floor(size * limit + 1e-9)
  if (batches > 0) return batches
  const why =
    size === undefined
      ? 'the source does not know its size; give a whole number of batches'
      : `that is no batch out of ${size}; give at least ${1 / size}`
  return fail('REG_OPTION_INVALID', `limitBatches for ${place} is the share ${limit}, but ${why}.`)
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
  /** Stands around each call into the loader; told the 0-based batch that it fetches, -1 to open. */
  readonly around?: <Result>(batch: number, call: () => Result) => Result
}

/** The batches of one epoch, one after the other, with a look ahead where it is asked for. */
export class BatchCursor {
  /** Batches of the epoch, if known. */
  readonly size: number | undefined
  /** Batches taken so far. */
  taken = 0
  readonly #limit: number
  readonly #around: NonNullable<CursorOptions['around']>
  #ahead: IteratorResult<unknown> | undefined
  #stateBeforeAhead: Json | undefined
  #isOver = false

  /** @param isOwner whether the batches belong to their source */
  private constructor(
    private readonly loader: LoaderTraits,
    private readonly iterator: AnyIterator,
    private readonly place: string,
    readonly isOwner: boolean,
    { limit, cap = Number.POSITIVE_INFINITY, around = (_, call) => call() }: CursorOptions,
  ) {
    const size = limitedSize(loader, limit, place)
    this.size = size === undefined ? undefined : Math.min(size, cap)
    this.#around = around
    this.#limit = Math.min(cap, limit > 0 && limit < 1 ? (size as number) : limit)
  }

  /** Opens a source for an epoch. @throws REG_DATA_FAILED, REG_DATA_INVALID */
  static async open(source: DataSource<unknown>, options: CursorOptions): Promise<BatchCursor> {
    const { place, state, around = (_, call) => call() } = options
    try {
      const loader =
        typeof source === 'function' ? await around(-1, () => source(options.epoch)) : source
      checkSource(loader, place)
      if (state != null) loader.restore?.(state)
      const isOwner = loader.ownsBatches ?? Array.isArray(source)
      const iterator = await around(-1, () => iteratorOf(loader))
      return new BatchCursor(loader, iterator, place, isOwner, options)
    } catch (thrown) {
      throw located(thrown, 'REG_DATA_FAILED', `${place} could not be opened`)
    }
  }

  /** The next batch; a promise only where the source is asynchronous. @throws REG_DATA_FAILED */
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead) return this.#count(ahead)
    if (this.#isOver || this.taken >= this.#limit) return { done: true, value: undefined }
    try {
      const result = this.#around(this.taken, () => this.iterator.next())
      if (!isThenable(result)) return this.#count(result)
      const count = (value: IteratorResult<unknown>) => this.#count(value)
      return result.then(count, (thrown) => this.#fail(thrown))
    } catch (thrown) {
      return this.#fail(thrown)
    }
  }

  /** Whether no batch is left. Fetches one ahead where the source does not know its size. */
  async isAtEnd(): Promise<boolean> {
    if (this.#isOver || this.taken >= (this.size ?? this.#limit)) return true
    if (this.size !== undefined || this.#ahead) return false
    this.#stateBeforeAhead = this.loader.state?.()
    const ahead = await this.next()
    if (ahead.done) return true
    this.taken--
    this.#ahead = ahead
    return false
  }

  /** The position to be saved, if the loader can tell it. */
  get state(): Json {
    return (this.#ahead ? this.#stateBeforeAhead : this.loader.state?.()) ?? null
  }

  /** Whether the position can be restored without reading again what was read. */
  get isResumable(): boolean {
    return this.loader.state !== undefined && this.loader.restore !== undefined
  }

  /** Ends the iteration early, so that a generator's `finally` runs. @throws REG_DATA_FAILED */
  async close(): Promise<void> {
    if (!this.isOwner) disposeAll(this.#ahead?.value)
    this.#ahead = undefined
    if (this.#isOver) return
    this.#isOver = true
    try {
      await this.#around(this.taken, () => this.iterator.return?.())
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #count(result: IteratorResult<unknown>): IteratorResult<unknown> {
    if (result.done) this.#isOver = true
    else this.taken++
    return result
  }

  #fail(thrown: unknown): never {
    this.#isOver = true
    throw located(thrown, 'REG_DATA_FAILED', `${this.place} failed after ${this.taken} batches`)
  }
}

async function iteratorOf(source: unknown): Promise<AnyIterator> {
  const loader = source as Partial<AnyIterable>
  const iterator = loader[Symbol.iterator]?.() ?? loader[Symbol.asyncIterator]?.()
  return iterator ?? ((await loader.iterator?.()) as AsyncIterator<unknown>)
}
