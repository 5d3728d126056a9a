import { checkCount, checkKeys, checkSeed } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll } from '../loader/tensors.js'
import { randomAt } from '../random.js'
import { SeedMemory } from './seed-memory.js'

/** Options of {@link shuffle}. */
export interface ShuffleOptions {
  /** Entries that are held at a time: each that is given is drawn among so many. Default 1000. */
  readonly bufferSize?: number
  /** Decides every epoch's order, a whole number from 0. Default: random, kept in the state. */
  readonly seed?: number
}

/**
 * The entries of a stream in another order: samples of a file, or batches. It holds a buffer, from which
 * each one is drawn at random. A resumed epoch is read again from its beginning, as far as it was.
 * Arrays that fit in memory are shuffled whole by `arrayLoader`.
 *
 * @throws TypeError, RangeError for a source that gives nothing, and for wrong options
 */
export function shuffle<B>(source: Source<B>, options: ShuffleOptions = {}): Loader<B> {
  checkKeys(options, ['bufferSize', 'seed'], 'shuffle')
  const { bufferSize = 1000 } = options
  checkCount(bufferSize, { owner: 'shuffle', name: 'bufferSize' })
  if (options.seed !== undefined) checkSeed(options.seed, 'shuffle')
  const seed = new SeedMemory(options.seed, 'shuffle')
  const feed = new Feed(source, 'shuffle')
  return makeLoader<B>({
    owner: 'shuffle',
    options: { bufferSize },
    feeds: [feed],
    size: () => feed.size,
    replays: true,
    memory: {
      save: () => ({ seed: seed.value }),
      load(saved) {
        if (saved !== undefined) seed.load((Object(saved) as { seed?: unknown }).seed)
      },
    },
    async *run({ epoch, batch }) {
      const random = randomAt({ seed: seed.value, epoch, position: 0 })
      const buffer: B[] = []
      let given = 0
      /** One of the buffer, whose place is taken by the last of it. */
      const draw = (): B => {
        const index = Math.floor(random() * buffer.length)
        const drawn = buffer[index] as B
        buffer[index] = buffer.at(-1) as B
        buffer.pop()
        return drawn
      }
      try {
        let isAtEnd = false
        await feed.open(epoch)
        for (;;) {
          while (!isAtEnd && buffer.length < bufferSize) {
            const result = await feed.next()
            if (result.done) isAtEnd = true
            else buffer.push(result.value)
          }
          if (buffer.length === 0) return
          const drawn = draw()
          if (given++ < batch) disposeAll(drawn)
          else yield drawn
        }
      } finally {
        disposeAll(buffer)
      }
    },
  })
}
