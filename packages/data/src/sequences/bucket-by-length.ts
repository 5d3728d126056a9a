import * as tf from '@tensorflow/tfjs-core'
import {
  checkCount,
  checkFlag,
  checkKeys,
  checkWord,
  quote,
  quoteAll,
} from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll, isPlain } from '../loader/tensors.js'
import { collate } from './collate.js'
import {
  checkPadding,
  isSequence,
  PADDING_KEYS,
  type PaddingOptions,
  padded,
  type Sequence,
} from './padding.js'

/** Options of {@link bucketByLength}. */
export interface BucketOptions extends PaddingOptions {
  /** The part of a sample that is a sequence. */
  readonly by: string
  /** Lengths at which one bucket ends and the next one begins, rising: `[8, 16, 32]`. Longer ones are a bucket of their own. */
  readonly boundaries: readonly number[]
  /** Samples per batch, or one number per bucket: one more than there are boundaries. Default 32. */
  readonly batchSize?: number | readonly number[]
  /** `longest`: each batch is as long as its longest sequence. `boundary`: as its bucket's boundary, and longer sequences are cut. Default `longest`. */
  readonly padTo?: 'longest' | 'boundary'
  /** Default: float32 for a Float32Array or Float64Array, else int32, whatever the numbers of a batch are. */
  readonly dtype?: PaddingOptions['dtype']
  /** Name of a column to add with the lengths. */
  readonly lengths?: string
  /** Name of a column to add that is 1 where there is a number of the sequence. */
  readonly mask?: string
  /** Whether batches that are not full at the end of an epoch are left out. Default false. */
  readonly dropLast?: boolean
}

const OWN_KEYS = ['by', 'boundaries', 'batchSize', 'padTo', 'lengths', 'mask', 'dropLast']
const OWNER = 'bucketByLength'

/**
 * Batches of sequences of about the same length, so that little is filled. A batch comes as soon as its
 * bucket is full; those that are not full come at the end. The order is that of the source: `shuffle`
 * it. A resumed epoch is read again from its beginning, as far as it was.
 *
 * @throws TypeError, RangeError for samples without such a sequence, and wrong options
 * @example
 * const mails = [{ words: [4, 8, 15], spam: 0 }, { words: [16, 23, 42, 4, 8, 15], spam: 1 }]
 * const train = bucketByLength(shuffle(mails, { seed: 1 }), { by: 'words', boundaries: [4, 8], mask: 'mask' })
 * for await (const { words, spam, mask } of train) tf.dispose([words, spam, mask])
 */
export function bucketByLength<S extends object>(
  source: Source<S>,
  options: BucketOptions,
): Loader<Record<string, tf.Tensor>> {
  checkKeys(options, [...OWN_KEYS, ...PADDING_KEYS], OWNER)
  const sizes = checkBuckets(options)
  const { by, boundaries, dropLast = false, padTo = 'longest' } = options
  const feed = new Feed(source, OWNER)
  const { value = 0, pad = 'end', truncate = 'end' } = options
  const { dtype = null, lengths = null, mask = null } = options
  const padding = { value, pad, truncate, dtype, lengths, mask }
  const identity = {
    by,
    boundaries: [...boundaries],
    sizes,
    padTo,
    dropLast,
    ...padding,
  }
  return makeLoader<Record<string, tf.Tensor>>({
    owner: OWNER,
    options: identity,
    feeds: [feed],
    size: () => undefined,
    replays: true,
    async *run({ epoch, batch: first }) {
      const buckets: S[][] = sizes.map(() => [])
      let given = 0
      try {
        for await (const sample of feed.batches(epoch)) {
          const index = bucketOf(sample)
          const bucket = buckets[index] as S[]
          bucket.push(sample)
          if (bucket.length === sizes[index] && given++ >= first) yield finish(index)
          else if (bucket.length === sizes[index]) drop(index)
        }
        for (const [index, bucket] of buckets.entries()) {
          if (bucket.length === 0 || dropLast) continue
          if (given++ >= first) yield finish(index)
          else drop(index)
        }
      } finally {
        disposeAll(buckets)
      }

      function drop(index: number): void {
        disposeAll(buckets[index])
        buckets[index] = []
      }

      function finish(index: number): Record<string, tf.Tensor> {
        try {
          const cut = padTo === 'boundary' ? boundaries[index] : undefined
          return tf.tidy(() => batchOf(buckets[index] as S[], { ...options, cut }))
        } finally {
          drop(index)
        }
      }
    },
  })

  function bucketOf(sample: S): number {
    const sequence = (sample as Record<string, unknown>)[by]
    if (isPlain(sample) && isSequence(sequence)) {
      const index = boundaries.findIndex((boundary) => sequence.length <= boundary)
      if (index >= 0) return index
      return padTo === 'boundary' ? boundaries.length - 1 : boundaries.length
    }
    disposeAll(sample)
    const names = quoteAll(isPlain(sample) ? Object.keys(sample) : [])
    const found = sequence === undefined ? `has ${names}` : `has ${quote(sequence)} there`
    throw new TypeError(
      `${OWNER} goes by ${quote(by)}, but a sample ${found}; give a list of numbers.`,
    )
  }
}

function batchOf(
  samples: readonly object[],
  {
    by,
    cut,
    lengths,
    mask,
    ...padding
  }: BucketOptions & { readonly cut: number | undefined },
): Record<string, tf.Tensor> {
  const sequences = samples.map(
    (sample) => (sample as Record<string, Sequence>)[by] as Sequence,
  )
  const longest = Math.max(1, ...sequences.map(({ length }) => length))
  const length = cut ?? longest
  const shape: [number, number] = [samples.length, length]
  const isFloat = sequences.some(
    (sequence) => sequence instanceof Float32Array || sequence instanceof Float64Array,
  )
  const { data, dtype, ...other } = padded(sequences, length, {
    ...padding,
    dtype: padding.dtype ?? (isFloat ? 'float32' : 'int32'),
    owner: OWNER,
  })
  for (const name of [lengths, mask])
    if (name !== undefined && Object.hasOwn(samples[0] ?? {}, name))
      throw new RangeError(
        `${OWNER} would add the column ${quote(name)}, which samples have; give another name.`,
      )
  const rest = samples.map((sample) =>
    Object.fromEntries(Object.entries(sample).filter(([name]) => name !== by)),
  )
  return {
    ...(collate(rest) as Record<string, tf.Tensor>),
    [by]: tf.tensor2d(data, shape, dtype),
    ...(lengths !== undefined && { [lengths]: tf.tensor1d(other.lengths, 'int32') }),
    ...(mask !== undefined && { [mask]: tf.tensor2d(other.mask, shape, 'bool') }),
  }
}

/** Samples per batch of each bucket. */
function checkBuckets(options: BucketOptions): readonly number[] {
  const { by, boundaries, batchSize = 32, padTo = 'longest', dropLast = false } = options
  checkPadding(options, OWNER)
  checkWord(padTo, { owner: OWNER, name: 'padTo', words: ['longest', 'boundary'] })
  checkFlag(dropLast, { owner: OWNER, name: 'dropLast' })
  for (const name of ['lengths', 'mask'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'string')
      throw new TypeError(
        `The ${name} of ${OWNER} is ${quote(options[name])}; give the name of a column to add.`,
      )
  if (options.lengths !== undefined && options.lengths === options.mask)
    throw new RangeError(
      `The lengths and the mask of ${OWNER} are both ${quote(options.mask)}; give two names.`,
    )
  if (typeof by !== 'string')
    throw new TypeError(
      `The by of ${OWNER} is ${quote(by)}; give the name of a part of a sample.`,
    )
  const isRising =
    Array.isArray(boundaries) &&
    boundaries.length > 0 &&
    boundaries.every(
      (at, index) => Number.isSafeInteger(at) && at > (boundaries[index - 1] ?? 0),
    )
  if (!isRising)
    throw new RangeError(
      `The boundaries of ${OWNER} are ${quote(boundaries)}; give whole numbers that rise, such as [8, 16, 32].`,
    )
  const sizes =
    typeof batchSize === 'number'
      ? Array.from({ length: boundaries.length + 1 }, () => batchSize)
      : batchSize
  if (!Array.isArray(sizes) || sizes.length !== boundaries.length + 1)
    throw new RangeError(
      `The batchSize of ${OWNER} is ${quote(batchSize)}; give a number, or ${boundaries.length + 1}: one per bucket.`,
    )
  for (const size of sizes) checkCount(size, { owner: OWNER, name: 'batchSize' })
  return sizes
}
