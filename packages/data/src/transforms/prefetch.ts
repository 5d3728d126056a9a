import { checkCount } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Json, Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll } from '../loader/tensors.js'

interface Fetched<B> {
  readonly result: IteratorResult<B, undefined>
  /** Of the source, after this batch. */
  readonly state: Json
}

/**
 * Fetches the next batches while the current one is used: for sources that wait, such as files and
 * decoders. An error of the source comes where its batch would have; the position is that of the batch
 * that was taken last. Batches that nobody took are disposed of where an epoch ends early.
 *
 * @param count batches that are made ahead
 * @throws TypeError, RangeError for a source that gives no batches, and a wrong count
 */
export function prefetch<B>(source: Source<B>, count = 2): Loader<B> {
  checkCount(count, { owner: 'prefetch', name: 'count' })
  const feed = new Feed(source, 'prefetch')
  /** Of the source, at the batch that was taken last. */
  let taken: Json | undefined
  return makeLoader<B>({
    owner: 'prefetch',
    options: null,
    feeds: [feed],
    size: () => feed.size,
    sourceStates: () => (taken === undefined ? undefined : [taken]),
    async *run({ epoch }) {
      await feed.open(epoch)
      const ahead = new Ahead(feed)
      try {
        while (ahead.length < count) ahead.fetch()
        for (;;) {
          const { result, state } = await ahead.take()
          if (result.done) return
          taken = state
          ahead.fetch()
          yield result.value
        }
      } finally {
        taken = undefined
        await ahead.end()
      }
    },
  })
}

/** Batches that were asked for, in order: a source is asked for one at a time. */
class Ahead<B> {
  readonly #feed: Feed<B>
  readonly #queue: Promise<Fetched<B>>[] = []
  #last: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor(feed: Feed<B>) {
    this.#feed = feed
  }

  get length(): number {
    return this.#queue.length
  }

  fetch(): void {
    const fetched = this.#last.then(async () => {
      const result = this.#isOver
        ? ({ done: true, value: undefined } as const)
        : await this.#feed.next()
      return { result, state: this.#feed.state() }
    })
    // The error is thrown where the batch is taken.
    this.#last = fetched.catch(() => undefined)
    this.#queue.push(fetched)
  }

  take(): Promise<Fetched<B>> {
    return this.#queue.shift() as Promise<Fetched<B>>
  }

  /** Waits for the fetch that is under way, and disposes of what nobody took. */
  async end(): Promise<void> {
    this.#isOver = true
    for (const fetched of await Promise.allSettled(this.#queue)) {
      if (fetched.status === 'fulfilled') disposeAll(fetched.value.result.value)
    }
  }
}
