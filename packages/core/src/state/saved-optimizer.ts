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

/** What a snapshot's `meta` says of an optimizer. Its tensors are among the snapshot's. */
export type SavedOptimizer = {
  /** Steps that it counted itself. */
  readonly iterations: number
  /** Its learning rate, where it changes that itself and it is not in `state`. */
  readonly learningRate?: number
  /** What an optimizer that is none of tfjs' own holds, by key. */
  readonly state?: readonly SavedItem[]
  /** The names of what `getWeights` gave, of an optimizer with `getWeights` and `setWeights` of its own. */
  readonly weights?: readonly SavedName[]
}

/**
 * Copies what an optimizer holds: the slots of tfjs' own, what `getWeights` gives, or what can be found.
 *
 * @throws REG_STATE_INVALID for what cannot be saved
 */
export async function saveOptimizer(
  optimizer: tf.Optimizer,
  name: string,
  table: VariableTable,
): Promise<{ readonly meta: SavedOptimizer; readonly tensors: NamedTensorData }> {
  // One that is not made from tf.Optimizer may have no counter.
  const iterations = Number(optimizer.iterations ?? 0)
  const prefix = `optimizer/${name}/`
  if (isBuiltIn(optimizer)) {
    const tensors = await copyTensors(slotsByName(optimizer, table), prefix)
    return { meta: { iterations, ...ownRateOf(optimizer) }, tensors }
  }
  if (hasWeights(optimizer)) {
    const { names, tensors } = await weightsOf(optimizer, table)
    const entries = Object.entries(tensors).map(([at, data]) => [`${prefix}weights/${at}`, data])
    const meta = { iterations, weights: names, ...ownRateOf(optimizer) }
    return { meta, tensors: Object.fromEntries(entries) }
  }
  const { items, tensors } = stateOf(optimizer, name, table)
  const meta = { iterations, state: items }
  return { meta, tensors: await copyTensors(tensors, prefix) }
}

/**
 * Gives an optimizer what {@link saveOptimizer} copied.
 *
 * @param tensors those of this optimizer, without its prefix
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
  if (weights) await restoreWeights(optimizer, weights, under('weights/', tensors), table, source)
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
