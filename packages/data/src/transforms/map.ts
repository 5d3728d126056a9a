import { checkFunction, checkKeys, checkWord } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { withBatch } from '../loader/tensors.js'
import { perSample } from './per-sample.js'

/** Whether a function takes whole batches, or samples one by one. */
export interface PerOptions {
  /** `sample`: the function gets tensors without the batch's dimension, and its results are stacked. Default `batch`. */
  readonly per?: 'batch' | 'sample'
}

/** Where in the run a batch is. */
export interface MapContext {
  /** Completed epochs. */
  readonly epoch: number
  /** Completed batches of the epoch. */
  readonly batch: number
}

/**
 * Changes every batch. What the function returns belongs to who takes it; tensors of the batch that are
 * not returned, and those that a synchronous function makes on the way, are disposed of. A function that
 * is asynchronous disposes of what it makes itself.
 *
 * @throws TypeError for a source that gives no batches, and for wrong options
 * @example
 * const pairs = arrayLoader({ x: new Float32Array(64), y: new Float32Array(64) })
 * const squares = map(pairs, ({ x, y }) => ({ x: tf.square(x), y }))
 * for await (const { x, y } of squares) tf.dispose([x, y])
 */
export function map<In, Out>(
  source: Source<In>,
  fn: (batch: In, context: MapContext) => Out | Promise<Out>,
  options: PerOptions = {},
): Loader<Out> {
  checkFunction(fn, 'map')
  checkKeys(options, ['per'], 'map')
  const { per = 'batch' } = options
  checkWord(per, { owner: 'map', name: 'per', words: ['batch', 'sample'] })
  const feed = new Feed(source, 'map')
  return makeLoader<Out>({
    owner: 'map',
    options: { per },
    feeds: [feed],
    size: () => feed.size,
    async *run({ epoch, batch: first }) {
      let batch = first
      for await (const value of feed.batches(epoch)) {
        const context = { epoch, batch: batch++ }
        yield await withBatch(value, () =>
          per === 'batch'
            ? fn(value, context)
            : perSample(value, (sample) => fn(sample, context)),
        )
      }
    },
  })
}
