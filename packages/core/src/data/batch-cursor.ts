import { located, say } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { DataSource, LoaderTraits } from './batch-source.js'
import { type DatasetLike, limitedSize, namedSource, sizeOf } from './batch-source.js'
import { disposeAll } from './containers.js'
import { type LoaderPosition, restoreLoader } from './loader-position.js'

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>
type AnyIterable = Iterable<unknown> & AsyncIterable<unknown> & DatasetLike<unknown>

/** What a cursor opens, and what it needs from the run. */
export interface CursorOptions {
  readonly source: DataSource<unknown>
  /** Place of the source in the data, for errors: `data.train`. */
  readonly place: string
  /** 0-based index of the epoch, for sources that are functions. */
  readonly epoch: number
  /** Whether batches of the epoch were used before. */
  readonly isMidEpoch: boolean
  /** How many batches are used: a count, or a share in (0, 1). */
  readonly limit: number
  /** Where the loader begins, if not at its current position. */
  readonly position?: LoaderPosition | undefined
  /** The state of the training loader in the checkpoint that an evaluation loaded. */
  readonly trained?: Json | undefined
  /** Whether the position before each batch is kept, in case the batch fails. */
  readonly keepsPositions?: boolean
  /** Calls into the loader, which plugins may wrap. `batch` is 0-based, -1 while it is opened. */
  readonly call: <Result>(batch: number, call: () => Result) => Result
  /** Warns about the loader, once per run and key. */
  readonly warnOnce: (key: string, text: string) => void
}

/** The batches of one epoch, one by one, with a look ahead on request. */
export class BatchCursor {
  /** Batches of the epoch, if known. */
  size: number | undefined
  /** Batches taken so far; -1 while the source is being opened. */
  taken = -1
  /** Whether the source owns the batches. */
  isOwner = false
  loader: LoaderTraits = {}
  #iterator!: AnyIterator
  #limit = 0
  /** Batches of an epoch before limits, if the loader has a size. */
  #fullSize: number | undefined
  /** A batch that was fetched ahead, to see whether there is one. */
  #ahead: IteratorResult<unknown> | undefined
  /** The position before the last fetch, successful or not, if it was kept. */
  #before: LoaderPosition | undefined
  /** The position before the fetch before it: that of the current batch if one was fetched ahead. */
  #beforeCurrent: LoaderPosition | undefined
  #hasFailed = false
  #hasEnded = false

  private constructor(private readonly options: CursorOptions) {}

  /** Opens a source for an epoch. @throws REG_DATA_FAILED, REG_DATA_INVALID */
  static async open(options: CursorOptions): Promise<BatchCursor> {
    const { source, place, position, epoch, isMidEpoch, trained } = options
    const cursor = new BatchCursor(options)
    const loader = await cursor.#call(() =>
      typeof source === 'function' ? source(epoch) : source,
    )
    namedSource(loader, place)
    const isRestored =
      position !== undefined && position.state !== null && 'restore' in loader
    cursor.#iterator = await cursor.#call(() => {
      if (trained != null) loader.adopt?.(trained)
      if (isRestored) restoreLoader(loader, position.state, { place, isMidEpoch })
      return iteratorOf(loader as Partial<AnyIterable>)
    })
    const size = limitedSize(loader, options.limit, place)
    cursor.loader = loader
    cursor.size = size
    cursor.#limit = size ?? options.limit
    cursor.#fullSize = sizeOf(loader, place)
    cursor.isOwner = loader.ownsBatches ?? Array.isArray(source)
    cursor.taken = isRestored ? position.batch : 0
    return cursor
  }

  /** The next batch. @throws REG_DATA_FAILED */
  async next(): Promise<IteratorResult<unknown>> {
    const { taken } = this
    const hasEnded = this.#hasEnded || taken >= this.#limit
    if (hasEnded && !this.#ahead) return { done: true, value: undefined }
    const result = this.#ahead ?? (await this.#fetch())
    this.#ahead = undefined
    if (result.done) this.#end()
    else this.taken++
    return result
  }

  /** Whether no batch is left. Fetches one ahead if the source does not know its size. */
  async isAtEnd(): Promise<boolean> {
    if (this.#hasEnded || this.taken >= (this.size ?? this.#limit)) return true
    if (this.size !== undefined || this.#ahead) return false
    const ahead = await this.#fetch()
    if (ahead.done) this.#end()
    else this.#ahead = ahead
    return this.#hasEnded
  }

  /**
   * A position of the loader at which at most `used` batches of the epoch had been taken; `undefined` if
   * none was kept. After a batch that may be the last, a loader may report the beginning of the next
   * epoch, and after a failed fetch anything: then this is the position before that batch.
   */
  position(used: number): LoaderPosition | undefined {
    const { loader, taken } = this
    if (!loader.state) return { state: null, batch: 0 }
    const isElsewhere = this.#ahead !== undefined || this.#hasFailed || used < taken
    const kept = [this.#before, this.#beforeCurrent].find(
      (position) => position && position.batch <= used,
    )
    if (kept && (isElsewhere || this.#mayBeLast(taken))) return kept
    return isElsewhere ? undefined : { state: loader.state(), batch: taken }
  }

  /** The position at which the next iteration of the loader begins. Call it after {@link close}. */
  readonly nextPosition = (): LoaderPosition => ({
    state: this.loader.state?.() ?? null,
    batch: 0,
  })

  /**
   * Ends the iteration. After the last batch of a known size it asks for one more; otherwise it returns
   * early, and a generator's `finally` runs. @throws REG_DATA_FAILED
   */
  async close(): Promise<void> {
    if (!this.isOwner) disposeAll(this.#ahead?.value)
    this.#ahead = undefined
    const hasEnded = this.#hasEnded
    this.#hasEnded = true
    if (hasEnded) return
    if (this.taken === this.#fullSize) {
      const { done, value } = await this.#call(() => this.#iterator.next())
      if (done) return
      if (!this.isOwner) disposeAll(value)
      const { place } = this.options
      this.options.warnOnce(
        `more ${place}`,
        say('notice.moreBatches', { place, size: this.taken }),
      )
    }
    await this.#call(() => this.#iterator.return?.())
  }

  /** Called when the loader has ended. */
  #end(): void {
    this.#hasEnded = true
    const { taken: count } = this
    const size = this.#fullSize
    if (size === undefined || count === 0 || count >= size) return
    const { place } = this.options
    this.options.warnOnce(
      `fewer ${place}`,
      say('notice.fewerBatches', { place, count, size }),
    )
  }

  async #fetch(): Promise<IteratorResult<unknown>> {
    const { loader, taken } = this
    const isKept = this.options.keepsPositions || this.#mayBeLast(taken + 1)
    const before =
      loader.state && isKept ? { state: loader.state(), batch: taken } : undefined
    try {
      const result = await this.#call(() => this.#iterator.next())
      if (!result.done) this.#keep(before)
      return result
    } catch (thrown) {
      this.#hasFailed = true
      this.#keep(before)
      throw thrown
    }
  }

  #keep(before: LoaderPosition | undefined): void {
    this.#beforeCurrent = this.#before
    this.#before = before
  }

  /** Whether the epoch may have no more batches than these. */
  #mayBeLast(batches: number): boolean {
    return this.size === undefined || batches >= this.size
  }

  async #call<Result>(call: () => Result): Promise<Awaited<Result>> {
    const { taken } = this
    try {
      return await this.options.call(taken, call)
    } catch (thrown) {
      this.#hasEnded = true
      const { place } = this.options
      const what = taken < 0 ? 'could not be opened' : `failed after ${taken} batches`
      const data = { place, batches: Math.max(0, taken) }
      throw located(thrown, 'REG_DATA_FAILED', `${place} ${what}`, { data })
    }
  }
}

const iteratorOf = async (source: Partial<AnyIterable>): Promise<AnyIterator> =>
  source[Symbol.iterator]?.() ??
  source[Symbol.asyncIterator]?.() ??
  ((await source.iterator?.()) as AsyncIterator<unknown>)
