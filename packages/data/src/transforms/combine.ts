import { checkKeys, checkWord, quote } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll } from '../loader/tensors.js'

/** Options of {@link combine}. */
export interface CombineOptions {
  /**
   * When an epoch ends: with the `shortest` source, or with the `longest`, while the others begin again.
   * Default `longest`.
   */
  readonly until?: 'longest' | 'shortest'
}

/** A batch of each source, by name. */
export type Combined<S> = {
  -readonly [Name in keyof S]: S[Name] extends Source<infer B> ? B : never
}

/**
 * Batches of several sources at once, by name. For one source after the other there is `concat`.
 *
 * @throws TypeError for no source, for one that gives no batches, and for wrong options
 */
export function combine<const S extends Readonly<Record<string, Source<unknown>>>>(
  sources: S,
  options: CombineOptions = {},
): Loader<Combined<S>> {
  checkKeys(options, ['until'], 'combine')
  const { until = 'longest' } = options
  checkWord(until, { owner: 'combine', name: 'until', words: ['longest', 'shortest'] })
  const entries = Object.entries(Object(sources) as S)
  if (entries.length === 0) {
    const text = 'give sources by name, such as { labelled, unlabelled }'
    throw new TypeError(`combine is given ${quote(sources)}; ${text}.`)
  }
  const names = entries.map(([name]) => name)
  const feeds = entries.map(([, source]) => new Feed<unknown>(source, 'combine'))
  const size = () => {
    const sizes = feeds.map((feed) => feed.size)
    if (!sizes.every((one) => one !== undefined)) return undefined
    return until === 'longest' ? Math.max(...sizes) : Math.min(...sizes)
  }
  /** Which sources have ended in this epoch: asked where it is not known how many batches there are. */
  let ended: boolean[] = []
  return makeLoader<Combined<S>>({
    owner: 'combine',
    options: { until, names },
    feeds,
    size,
    isLast: (batch) => until === 'shortest' && feeds.some((feed) => feed.size === batch),
    sourceTaken: (batch) => feeds.map((feed) => (feed.size ? batch % feed.size : batch)),
    memory: {
      save: (isOver) => ({ ended: isOver ? [] : [...ended] }),
      load(saved) {
        ended = [...((Object(saved) as { ended?: boolean[] }).ended ?? [])]
      },
    },
    async *run({ epoch, batch }) {
      const total = size()
      for (const feed of feeds) await feed.open(epoch)
      const openings = feeds.map(
        (feed) => 1 + Math.floor(batch / (feed.size || Infinity)),
      )
      try {
        for (let count = batch; count !== total; count++) {
          const batches: unknown[] = []
          try {
            for (const [index, feed] of feeds.entries()) {
              const { done, value } = await feed.next()
              if (done) ended[index] = true
              else batches[index] = value
            }
            const areOver = feeds.filter((_, index) => ended[index]).length
            const isOver = until === 'longest' ? areOver === feeds.length : areOver > 0
            if (total === undefined && isOver) {
              disposeAll(batches)
              return
            }
            for (const [index, feed] of feeds.entries()) {
              if (index in batches) continue
              batches[index] = await again(feed, { epoch, name: names[index] ?? '' })
              openings[index] = (openings[index] ?? 0) + 1
            }
          } catch (thrown) {
            disposeAll(batches)
            throw thrown
          }
          yield Object.fromEntries(
            names.map((name, index) => [name, batches[index]]),
          ) as Combined<S>
        }
      } finally {
        // After an early end a source that begins again is where it would have been after the whole epoch.
        for (const [index, feed] of feeds.entries()) {
          const whole = total && feed.size ? Math.ceil(total / feed.size) : 0
          for (let left = whole - (openings[index] ?? 0); left > 0; left--) {
            await feed.close()
            await feed.pass(epoch)
          }
        }
      }
    },
  })
}

async function again(
  feed: Feed<unknown>,
  { epoch, name }: { epoch: number; name: string },
): Promise<unknown> {
  await feed.open(epoch)
  const { done, value } = await feed.next()
  if (!done) return value
  throw new RangeError(
    `The source ${quote(name)} of combine has no batch, and cannot begin again; leave it out or give until: "shortest".`,
  )
}
