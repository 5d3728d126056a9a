import { quote } from '../checks.js'
import type { DatasetLike, Json, Source, SourceLoader, SourceTraits } from './loader.js'
import { notice } from './notice.js'
import { cloneTensors, disposeAll } from './tensors.js'

type AnyIterator<B> =
  | Iterator<B>
  | { next(): Promise<IteratorResult<B>>; return?(): unknown }
type AnyLoader<B> = Partial<Iterable<B> & AsyncIterable<B> & DatasetLike<B>> &
  SourceTraits

/**
 * One source of a loader: opened once per epoch, closed however the epoch ends, with a position. The
 * batches that it gives belong to the caller; those of a source that owns its batches are cloned.
 */
export class Feed<B> {
  /** Batches taken from the iteration that is open. */
  taken = 0
  readonly #source: Source<B>
  readonly #owner: string
  #loader: AnyLoader<B> | undefined
  #iterator: AnyIterator<B> | undefined
  #isOwned = false
  /** A state for a loader that a function has yet to make. */
  #pending: Json = null
  /** See {@link adopt}. */
  #trained: unknown
  /** Batches to read and drop, where the source has no position. */
  #skip = 0

  /** @throws TypeError for what gives no batches */
  constructor(source: Source<B>, owner: string) {
    this.#source = source
    this.#owner = owner
    if (typeof source === 'function') return
    this.#loader = checkLoader(source, owner)
  }

  /** Batches per epoch, if known. */
  get size(): number | undefined {
    const source: unknown = this.#source
    if (Array.isArray(source)) return source.length
    if (typeof source === 'function') return undefined
    const { size } = source as SourceTraits
    return typeof size === 'number' && Number.isFinite(size) ? size : undefined
  }

  /** The position, as the source tells it. */
  state(): Json {
    return this.#loader?.state?.() ?? this.#pending
  }

  /** Resumes at a state. A source without one is read again from the beginning of its epoch. */
  restore(state: Json, taken: number): void {
    const isFunction = typeof this.#source === 'function'
    const hasState = state !== null && (isFunction || this.#loader?.restore !== undefined)
    if (hasState && !isFunction) this.#loader?.restore?.(state as never)
    this.#pending = isFunction ? state : null
    if (isFunction) this.#loader = undefined
    this.#skip = hasState ? 0 : taken
    if (taken > 0 && !hasState && !Array.isArray(this.#source)) this.warn(taken)
  }

  /** Hands on what a training loader learned; a function's loader receives it when it is made. */
  adopt(trained: unknown): void {
    this.#trained = trained
    this.#loader?.adopt?.(trained as never)
  }

  /** Says that a source without a position must give the same batches again. */
  warn(taken: number): void {
    notice(
      'REG_DATA_NOT_EXACT',
      this.#owner,
      `${this.#owner} resumes after ${taken} batches of a source without state() and restore(). It reads them again and drops them, which gives the same run only if the source gives the same batches each time.`,
    )
  }

  /** Whether the position of the source can be saved. */
  get isResumable(): boolean {
    return Array.isArray(this.#source) || this.#loader?.restore !== undefined
  }

  /** Begins the iteration of an epoch. */
  async open(epoch: number): Promise<void> {
    const source = this.#source
    if (typeof source === 'function') {
      const loader = checkLoader(await source(epoch), this.#owner)
      if (this.#pending !== null) loader.restore?.(this.#pending as never)
      if (this.#trained !== undefined) loader.adopt?.(this.#trained as never)
      this.#pending = null
      this.#loader = loader
    }
    const loader = this.#loader as AnyLoader<B>
    this.#isOwned = loader.ownsBatches ?? Array.isArray(source)
    this.#iterator =
      loader[Symbol.iterator]?.() ??
      loader[Symbol.asyncIterator]?.() ??
      (await loader.iterator?.())
    this.taken = 0
    const skipped = this.#skip
    this.#skip = 0
    while (this.taken < skipped) {
      const { done, value } = await this.#fetch()
      if (done) break
      if (!this.#isOwned) disposeAll(value)
    }
  }

  /** The next batch, which the caller owns. */
  async next(): Promise<IteratorResult<B, undefined>> {
    const result = await this.#fetch()
    if (result.done) return { done: true, value: undefined }
    return {
      done: false,
      value: this.#isOwned ? cloneTensors(result.value) : result.value,
    }
  }

  /** The batches of an epoch, which the caller owns. */
  async *batches(epoch: number): AsyncGenerator<B, void, undefined> {
    await this.open(epoch)
    for (;;) {
      const result = await this.next()
      if (result.done) return
      yield result.value
    }
  }

  /** Gives an epoch up that was not opened, so that the next one is what it would have been. */
  async pass(epoch: number): Promise<void> {
    if (!this.isResumable || Array.isArray(this.#source)) return
    await this.open(epoch)
    disposeAll((await this.next()).value)
    await this.close()
  }

  /** Ends the iteration, if one is open: `finally` of a generator runs. */
  async close(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = undefined
    await iterator?.return?.()
  }

  async #fetch(): Promise<IteratorResult<B>> {
    const iterator = this.#iterator
    if (!iterator) return { done: true, value: undefined }
    try {
      const result = await iterator.next()
      if (result.done) this.#iterator = undefined
      else this.taken++
      return result
    } catch (thrown) {
      // An iterator that throws has ended, and closed what it had opened.
      this.#iterator = undefined
      throw thrown
    }
  }
}

function checkLoader<B>(found: SourceLoader<B>, owner: string): AnyLoader<B> {
  const isObject = typeof found === 'object' && found !== null
  const keys = [Symbol.iterator, Symbol.asyncIterator, 'iterator']
  if (isObject && keys.some((key) => typeof Reflect.get(found, key) === 'function')) {
    return found as AnyLoader<B>
  }
  throw new TypeError(
    `The source of ${owner} is ${quote(found)}; give a loader, an array of batches, an iterable, a tf.data.Dataset or a function that makes one.`,
  )
}
