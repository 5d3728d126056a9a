import type * as tf from '@tensorflow/tfjs-core'
import { randomIndices, shuffledIndices } from '../random.js'
import type { RowStore } from './row-store.js'
import type { StreamPlan } from './table-reader.js'

/** Batches by name of the tensor. */
export type TableBatches = AsyncGenerator<Record<string, tf.Tensor>, undefined, undefined>

/** Where an iteration is; it moves with each batch. */
export interface Position {
  epoch: number
  batch: number
}

/** What decides the batches of an epoch. */
export interface BatchPlan {
  readonly batchSize: number
  readonly dropLast: boolean
  /** `null` for the order of the rows. */
  readonly seed: number | null
  /** Rows that a shuffle of a stream chooses from. */
  readonly shuffleBuffer: number
}

/** The rest of an epoch of rows in memory. */
export async function* heldBatches(
  store: RowStore,
  { batchSize, dropLast, seed }: BatchPlan,
  position: Position,
): TableBatches {
  const order =
    seed === null
      ? Uint32Array.from({ length: store.rows }, (_, row) => row)
      : shuffledIndices(store.rows, { seed, stream: position.epoch })
  const end = dropLast ? store.rows - (store.rows % batchSize) : store.rows
  while (position.batch * batchSize < end) {
    const begin = position.batch * batchSize
    const batch = store.batch(order.subarray(begin, begin + batchSize))
    position.batch++
    yield batch
  }
}

/** The rest of an epoch of a stream. Rows before the position are read again and dropped. */
export async function* streamedBatches(
  read: (plan: StreamPlan) => AsyncIterable<RowStore>,
  { batchSize, dropLast, seed, shuffleBuffer }: BatchPlan,
  position: Position,
): TableBatches {
  const plan: StreamPlan =
    seed === null
      ? { batchSize, buffer: 1, choose: () => 0 }
      : {
          batchSize,
          buffer: shuffleBuffer,
          choose: randomIndices({ seed, stream: position.epoch }),
        }
  let skipped = position.batch
  for await (const store of read(plan)) {
    if (store.rows < batchSize && dropLast) continue
    if (skipped-- > 0) continue
    const batch = store.tensors()
    position.batch++
    yield batch
  }
}

/** An iteration over batches. Once it has ended or is given up, its position is the next epoch's. */
export function iterateEpoch(
  batches: TableBatches,
  position: Position,
): AsyncIterableIterator<Record<string, tf.Tensor>> {
  let hasBegun = position.batch > 0
  let isOver = false
  const end = () => {
    if (!isOver && hasBegun) {
      position.epoch++
      position.batch = 0
    }
    isOver = true
  }
  const iterator: AsyncIterableIterator<Record<string, tf.Tensor>> = {
    next: async () => {
      hasBegun = true
      const result = await batches.next()
      if (result.done) end()
      return result
    },
    return: async () => {
      await batches.return(undefined)
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
