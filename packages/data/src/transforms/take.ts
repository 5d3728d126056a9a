import { checkCount } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll } from '../loader/tensors.js'

/**
 * The first batches of each epoch.
 *
 * @throws TypeError, RangeError for a source that gives no batches, and a wrong count
 */
export function take<B>(source: Source<B>, count: number): Loader<B> {
  checkCount(count, { owner: 'take', name: 'count' })
  const feed = new Feed(source, 'take')
  return makeLoader<B>({
    owner: 'take',
    options: { count },
    feeds: [feed],
    size: () => (feed.size === undefined ? undefined : Math.min(count, feed.size)),
    isLast: (batch) => batch === count,
    async *run({ epoch, batch }) {
      await feed.open(epoch)
      for (let given = batch; given < count; given++) {
        const result = await feed.next()
        if (result.done) return
        yield result.value
      }
    },
  })
}

/**
 * All batches of each epoch but the first ones.
 *
 * @throws TypeError, RangeError for a source that gives no batches, and a wrong count
 */
export function skip<B>(source: Source<B>, count: number): Loader<B> {
  checkCount(count, { owner: 'skip', name: 'count', least: 0 })
  const feed = new Feed(source, 'skip')
  return makeLoader<B>({
    owner: 'skip',
    options: { count },
    feeds: [feed],
    size: () => (feed.size === undefined ? undefined : Math.max(0, feed.size - count)),
    sourceTaken: (batch) => [batch === 0 ? 0 : batch + count],
    async *run({ epoch, batch }) {
      let skipped = batch === 0 ? 0 : count
      for await (const value of feed.batches(epoch)) {
        if (skipped++ < count) disposeAll(value)
        else yield value
      }
    },
  })
}
