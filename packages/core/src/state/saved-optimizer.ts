import type * as tf from '@tensorflow/tfjs-core'
import { hasWeights, isBuiltIn } from './optimizer-holders.js'
import type { SavedName } from './optimizer-names.js'
import { changesOwnRate, noteOwnRate } from './optimizer-rates.js'
import { restoreState } from './optimizer-restore.js'
import { restoreSlots, slotsByName } from './optimizer-slots.js'
import { type SavedItem, stateOf } from './optimizer-state.js'
import { restoreWeights, weightsOf } from './optimizer-weights.js'
import { copyTensors, type NamedTensorData, under } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/** An optimizer in a snapshot's `meta`. Its tensors are among the snapshot's. */
export type SavedOptimizer = {
  /** Its own count of steps. */
  readonly iterations: number
  /** Its learning rate, if it changes the rate itself and `state` does not have it. */
  readonly learningRate?: number
  /** The contents of an optimizer of a user's class, by key. */
  readonly state?: readonly SavedItem[]
  /** The names of the weights, for an optimizer that implements `getWeights` and `setWeights`. */
  readonly weights?: readonly SavedName[]
}

/**
 * Copies the state of an optimizer: the slots of a tfjs optimizer, what `getWeights` returns, or all
 * that can be found in it.
 *
 * @throws REG_STATE_INVALID for state that cannot be saved
 */
export async function saveOptimizer(
  optimizer: tf.Optimizer,
  name: string,
  table: VariableTable,
): Promise<{ readonly meta: SavedOptimizer; readonly tensors: NamedTensorData }> {
  // An optimizer that does not extend tf.Optimizer may have no counter.
  const iterations = Number(optimizer.iterations ?? 0)
  const prefix = `optimizer/${name}/`
  if (isBuiltIn(optimizer)) {
    const tensors = await copyTensors(slotsByName(optimizer, table), prefix)
    return { meta: { iterations, ...ownRateOf(optimizer) }, tensors }
  }
  if (hasWeights(optimizer)) {
    const { names, tensors } = await weightsOf(optimizer, table)
    const entries = Object.entries(tensors).map(([key, data]) => [
      `${prefix}weights/${key}`,
      data,
    ])
    const meta = { iterations, weights: names, ...ownRateOf(optimizer) }
    return { meta, tensors: Object.fromEntries(entries) }
  }
  const { items, tensors } = stateOf(optimizer, name, table)
  const meta = { iterations, state: items }
  return { meta, tensors: await copyTensors(tensors, prefix) }
}

/**
 * Restores in an optimizer what {@link saveOptimizer} copied.
 *
 * @param tensors the tensors of this optimizer, without its prefix
 * @param source the snapshot's name, for the error
 * @throws REG_CHECKPOINT_MISMATCH
 */
export async function restoreOptimizer(
  optimizer: tf.Optimizer,
  { iterations, state, weights, learningRate }: SavedOptimizer,
  tensors: NamedTensorData,
  table: VariableTable,
  source: string,
): Promise<void> {
  if (weights)
    await restoreWeights(optimizer, weights, under('weights/', tensors), table, source)
  else if (state) await restoreState(optimizer, state, tensors, table, source)
  else restoreSlots(optimizer, tensors, table, source)
  Object.assign(optimizer, { iterations_: iterations })
  if (learningRate === undefined) return
  Object.assign(optimizer, { learningRate })
  noteOwnRate(optimizer)
}

function ownRateOf(optimizer: object): Pick<SavedOptimizer, 'learningRate'> {
  const { learningRate } = optimizer as { readonly learningRate?: unknown }
  const isSaved = changesOwnRate(optimizer) && typeof learningRate === 'number'
  return isSaved && Number.isFinite(learningRate) ? { learningRate } : {}
}
