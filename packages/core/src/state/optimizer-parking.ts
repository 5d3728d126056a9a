import type * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import { meetOptimizer, renewFirstSeen } from './optimizer-first-seen.js'
import { placesIn, put, tensorsFoundIn } from './optimizer-holders.js'
import { forgetOrder } from './optimizer-slots.js'
import { parkWeights, unparkWeights } from './optimizer-weights.js'
import { park, revived } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * Moves the tensors that an optimizer allocated in a run out of tensor memory: a run leaves no tensor
 * behind. Cost: waits for the device.
 *
 * @param firstId tensors with smaller ids are older than the run and stay
 */
export async function parkOptimizer(
  optimizer: tf.Optimizer,
  firstId: number,
  table: VariableTable,
): Promise<void> {
  await parkWeights(optimizer, firstId, table)
  for (const tensor of tensorsFoundIn(optimizer, table))
    if (tensor.id >= firstId && !tensor.isDisposed) await park(tensor)
}

/** Restores what {@link parkOptimizer} moved away, for a module that keeps its optimizer. */
export async function unparkOptimizer(
  optimizer: tf.Optimizer,
  table: VariableTable,
): Promise<void> {
  forgetOrder(optimizer)
  const renewed = new Map<tf.Tensor, tf.Tensor>()
  for (const { holder, key, value, path } of [...placesIn(optimizer)]) {
    if (!isTensor(value)) continue
    const tensor = renewed.get(value) ?? revived(value)
    renewed.set(value, tensor)
    if (tensor === value) continue
    put(holder, key, tensor)
    renewFirstSeen(optimizer, path, tensor)
  }
  await unparkWeights(optimizer, table)
  meetOptimizer(optimizer)
}
