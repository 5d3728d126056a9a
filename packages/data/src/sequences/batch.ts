import * as tf from '@tensorflow/tfjs-core'
import { checkCount, checkFlag, checkKeys } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll } from '../loader/tensors.js'
import { collate } from './collate.js'

/** Options of {@link batch}. */
export interface BatchOptions {
  /** Samples per batch; the last of an epoch may be smaller. Default 32. */
  readonly batchSize?: number
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean
}

/** A batch of samples: a tensor for each part, with one dimension more. */
export type BatchOfSamples<S> = S extends
  | tf.Tensor
  | number
  | boolean
  | ArrayLike<unknown>
  ? tf.Tensor
  : { -readonly [Name in keyof S]: BatchOfSamples<S[Name]> }

/**
 * Batches of the samples of a stream: of numbers, lists, typed arrays and tensors, alone or by name.
 *
 * @throws TypeError, RangeError for a source that gives nothing, and for wrong options
 * @example
 * const samples = [{ x: [1, 2], y: 0 }, { x: [3, 4], y: 1 }]
 * const train = batch(shuffle(samples, { seed: 1 }), { batchSize: 2 })
 * for await (const { x, y } of train) tf.dispose([x, y]) // [2, 2] and [2]
 */
export function batch<S>(
  source: Source<S>,
  options: BatchOptions = {},
): Loader<BatchOfSamples<S>> {
  checkKeys(options, ['batchSize', 'dropLast'], 'batch')
  const { batchSize = 32, dropLast = false } = options
  checkCount(batchSize, { owner: 'batch', name: 'batchSize' })
  checkFlag(dropLast, { owner: 'batch', name: 'dropLast' })
  const feed = new Feed(source, 'batch')
  return makeLoader<BatchOfSamples<S>>({
    owner: 'batch',
    options: { batchSize, dropLast },
    feeds: [feed],
    size() {
      if (feed.size === undefined) return undefined
      return dropLast
        ? Math.floor(feed.size / batchSize)
        : Math.ceil(feed.size / batchSize)
    },
    sourceTaken: (given) => [given * batchSize],
    async *run({ epoch }) {
      let samples: S[] = []
      try {
        for await (const sample of feed.batches(epoch)) {
          samples.push(sample)
          if (samples.length === batchSize) yield finish()
        }
        if (samples.length > 0 && !dropLast) yield finish()
      } finally {
        disposeAll(samples)
      }

      function finish(): BatchOfSamples<S> {
        const made = tf.tidy(() => collate(samples) as tf.TensorContainer)
        disposeAll(samples)
        samples = []
        return made as BatchOfSamples<S>
      }
    },
  })
}
