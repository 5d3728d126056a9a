import { quote } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'

/**
 * One source after the other, all of them in each epoch.
 *
 * @throws TypeError for no source, and for one that gives no batches
 */
export function concat<B>(...sources: readonly Source<B>[]): Loader<B> {
  if (sources.length === 0)
    throw new TypeError(`concat is given ${quote(sources)}; give at least one source.`)
  const feeds = sources.map((source) => new Feed(source, 'concat'))
  /** The source that is being read, and what was taken of it in this epoch. */
  let current = { index: 0, taken: 0 }
  return makeLoader<B>({
    owner: 'concat',
    options: null,
    feeds,
    size: () => sumOf(feeds.map((feed) => feed.size)),
    sourceTaken: () =>
      feeds.map((_, index) => (index === current.index ? current.taken : 0)),
    memory: {
      save(isOver) {
        if (isOver) return { index: 0, taken: 0 }
        const { index, taken } = current
        const isAtEnd = taken > 0 && taken === feeds[index]?.size
        return isAtEnd ? { index: index + 1, taken: 0 } : { index, taken }
      },
      load(saved) {
        const { index = 0, taken = 0 } = Object(saved) as Partial<typeof current>
        current = { index, taken }
      },
    },
    async *run({ epoch }) {
      let isEnded = false
      try {
        while (current.index < feeds.length) {
          const feed = feeds[current.index] as Feed<B>
          for await (const batch of feed.batches(epoch)) {
            current.taken++
            // A source without code after its last batch is closed here, at the position of its next epoch.
            if (current.taken === feed.size) await feed.close()
            yield batch
          }
          current = { index: current.index + 1, taken: 0 }
        }
        isEnded = true
      } finally {
        const later = isEnded ? [] : feeds.slice(current.index + 1)
        for (const feed of later) await feed.pass(epoch)
      }
    },
  })
}

function sumOf(sizes: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const size of sizes) {
    if (size === undefined) return undefined
    sum += size
  }
  return sum
}
