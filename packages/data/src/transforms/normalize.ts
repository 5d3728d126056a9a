import * as tf from '@tensorflow/tfjs-core'
import { arrayLoader } from '../array-loader.js'
import { checkKeys, checkWord, quote, quoteAll } from '../checks.js'
import type { Columns } from '../columns.js'
import { Feed } from '../loader/feed.js'
import type { Json, Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { disposeAll, isPlain, isTensor, withBatch } from '../loader/tensors.js'
import { type Moments, RunningMoments } from './running-moments.js'
import { refuseShape, scaled, shapeOf, sizeOf } from './scaled-column.js'

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Columns to scale. Default: all of float32. */
  readonly columns?: readonly string[]
  /** `feature`: a mean and a deviation for each number of a row. `channel`: for each entry of the last dimension. Default `feature`. */
  readonly per?: 'feature' | 'channel'
}

/** What {@link normalize} has learned, as JSON. */
export type NormalizerState = {
  readonly per: 'feature' | 'channel'
  readonly columns: { readonly [name: string]: Moments }
}

/** Scales columns to mean 0 and deviation 1, as the training data had them. */
export interface Normalizer {
  /** A loader of scaled batches; its state holds what was learned, and so does every checkpoint of a run on it. */
  apply<B>(source: Source<B>): Loader<B>
  /** A scaled copy of a batch, for prediction. The caller owns it, and keeps the batch. */
  batch<B>(batch: B): B
  state(): NormalizerState
}

/**
 * Learns mean and deviation from training data, one pass in float64 (Welford), to scale others alike.
 * A column that never varies becomes 0.
 *
 * @param train columns of arrays, or a loader, of which one epoch is read
 * @throws TypeError, RangeError for columns that are not there, and numbers that are not finite
 * @example
 * const train = { x: new Float32Array(64), y: new Int32Array(64) }
 * const scaling = await normalize(train, { columns: ['x'] })
 * const scaled = scaling.apply(arrayLoader(train, { batchSize: 32 }))
 */
export async function normalize(
  train: Columns | Source<unknown>,
  options: NormalizeOptions = {},
): Promise<Normalizer> {
  checkKeys(options, ['columns', 'per'], 'normalize')
  const { columns, per = 'feature' } = options
  checkWord(per, { owner: 'normalize', name: 'per', words: ['feature', 'channel'] })
  const source = isPlain(train)
    ? arrayLoader(train as Columns, { batchSize: 256 })
    : (train as Source<unknown>)
  const feed = new Feed<unknown>(source, 'normalize')
  const before = feed.state()
  const moments = new Map<string, RunningMoments>()
  const shapes = new Map<string, readonly number[]>()
  try {
    for await (const batch of feed.batches(0)) {
      try {
        for (const name of columns ?? floatsOf(batch)) {
          const found = moments.get(name) ?? new RunningMoments(name)
          moments.set(name, found)
          const tensor = columnOf(batch, name)
          const shape = shapeOf(tensor, per)
          const known = shapes.get(name) ?? shape
          shapes.set(name, known)
          if (String(shape) !== String(known)) refuseShape(name, shape, known)
          const width = sizeOf(shape)
          const places = tensor.size / (tensor.shape[0] ?? 1) / width
          found.add(await tensor.data(), width, places)
        }
      } finally {
        disposeAll(batch)
      }
    }
  } finally {
    await feed.close()
  }
  // Reading was no epoch of the run.
  feed.restore(before, 0)
  if (moments.size === 0)
    throw new RangeError(
      'normalize found no batch with a column of float32 to learn from.',
    )
  const learned = [...moments].map(
    ([name, found]) => [name, found.result(shapes.get(name) ?? [])] as const,
  )
  return normalizer({ per, columns: Object.fromEntries(learned) })
}

/**
 * A normalizer that learned before: from its `state()`, from the state of a loader that it scaled, or
 * from anything that holds one, such as the `meta` of a snapshot.
 *
 * @throws TypeError where there is none
 */
export function restoreNormalizer(saved: unknown): Normalizer {
  const found = new Map(findStates(saved).map((state) => [JSON.stringify(state), state]))
  const [state] = found.values()
  if (found.size > 1)
    throw new RangeError(
      `There are ${found.size} different states of normalize in ${quote(saved)}; give one of them.`,
    )
  if (state) return normalizer(state)
  throw new TypeError(
    `There is no state of normalize in ${quote(saved)}; give what state() of a normalizer, or of a loader that it scaled, returned.`,
  )
}

function normalizer(learned: NormalizerState): Normalizer {
  let state = learned
  const scale = (batch: unknown): unknown => ({
    ...Object(batch),
    ...Object.fromEntries(
      Object.entries(state.columns).map(([name, moments]) => [
        name,
        scaled(columnOf(batch, name), name, { moments, per: state.per }),
      ]),
    ),
  })
  return {
    state: () => state,
    batch: <B>(batch: B) =>
      tf.tidy(() => {
        const copy = { ...Object(batch), ...Object(scale(batch)) } as Record<
          string,
          unknown
        >
        const entries = Object.entries(copy).map(([name, value]) => [
          name,
          isTensor(value) ? tf.clone(value) : value,
        ])
        return Object.fromEntries(entries) as tf.TensorContainerObject
      }) as B,
    apply<B>(source: Source<B>): Loader<B> {
      const feed = new Feed(source, 'normalize')
      return makeLoader<B>({
        owner: 'normalize',
        options: Object.keys(state.columns),
        feeds: [feed],
        size: () => feed.size,
        memory: {
          save: () => state as Json,
          load(saved) {
            if (saved === undefined) return
            const [found] = findStates(saved)
            if (!found)
              throw new TypeError(
                'The state to restore has nothing that normalize learned.',
              )
            state = found
          },
        },
        async *run({ epoch }) {
          for await (const batch of feed.batches(epoch))
            yield (await withBatch(batch, () => scale(batch))) as B
        },
      })
    },
  }
}

const floatsOf = (batch: unknown) =>
  Object.entries(Object(batch))
    .filter(([, value]) => isTensor(value) && value.dtype === 'float32')
    .map(([name]) => name)

function columnOf(batch: unknown, name: string): tf.Tensor {
  const tensor: unknown = isPlain(batch) ? batch[name] : undefined
  if (isTensor(tensor)) return tensor
  const names = quoteAll(isPlain(batch) ? Object.keys(batch) : [])
  throw new TypeError(
    `normalize finds no column ${quote(name)} in a batch; it has ${names}.`,
  )
}

function findStates(value: unknown): NormalizerState[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  const { per, columns } = value as Partial<NormalizerState>
  const isMoments = (found: unknown) =>
    isPlain(found) && [found.mean, found.std, found.shape].every(Array.isArray)
  if (
    typeof per === 'string' &&
    isPlain(columns) &&
    Object.values(columns).every(isMoments)
  )
    return [value as NormalizerState]
  return Object.values(value).flatMap(findStates)
}
