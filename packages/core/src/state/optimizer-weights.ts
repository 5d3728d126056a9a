import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { hasWeights, replacing, tensorsFoundIn } from './optimizer-holders.js'
import { savedNames } from './optimizer-ids.js'
import { currentName, labelOf, type SavedName } from './optimizer-names.js'
import {
  copyTensors,
  type NamedTensorData,
  nextId,
  type TensorData,
  tensorOf,
} from './tensor-data.js'
import type { VariableTable } from './variables.js'

type Copies = readonly { readonly name: string; readonly data: TensorData }[]

/** Weights of optimizers between two runs, and whether only `setWeights` can restore them. */
const parkedWeights = new WeakMap<
  object,
  { readonly copies: Copies; readonly isHidden: boolean }
>()

/** Copies what an optimizer's `getWeights` returns; tensors that it made for the call are disposed of. */
async function copiedWeights(
  optimizer: tf.Optimizer,
  table: VariableTable,
): Promise<{ readonly copies: Copies; readonly hidden: readonly tf.Tensor[] }> {
  const kept = parkedWeights.get(optimizer)
  if (kept) return { copies: kept.copies, hidden: [] }
  const firstId = nextId()
  const weights = await optimizer.getWeights()
  const found = tensorsFoundIn(optimizer, table)
  for (const variable of Object.values(table.byName)) found.add(variable)
  const hidden = weights
    .map(({ tensor }) => tensor)
    .filter((tensor) => !found.has(tensor))
  const copies: { readonly name: string; readonly data: TensorData }[] = []
  for (const { name, tensor } of weights) {
    const [data] = Object.values(await copyTensors({ [name]: tensor }))
    copies.push({ name, data: data as TensorData })
  }
  for (const tensor of hidden)
    if (tensor.id >= firstId && !tensor.isDisposed) tensor.dispose()
  return { copies, hidden: hidden.filter((tensor) => tensor.id < firstId) }
}

/** Calls `setWeights`, and disposes of the tensors that the optimizer does not take over. */
async function setWeights(
  optimizer: tf.Optimizer,
  copies: Copies,
  table: VariableTable,
): Promise<void> {
  const weights = copies.map(({ name, data }) => ({ name, tensor: tensorOf(data) }))
  await replacing(optimizer, table, () => optimizer.setWeights(weights))
  const found = tensorsFoundIn(optimizer, table)
  for (const { tensor } of weights)
    if (!found.has(tensor) && !tensor.isDisposed) tensor.dispose()
}

/** What `getWeights` returns, for a snapshot: names for `meta`, copies by their index in that list. */
export async function weightsOf(optimizer: tf.Optimizer, table: VariableTable) {
  const { copies } = await copiedWeights(optimizer, table)
  const originals = copies.map(({ name }) => name)
  const names: SavedName[] = savedNames(originals, table).map(
    (name, i) => name ?? String(originals[i]),
  )
  return {
    names,
    tensors: Object.fromEntries(copies.map(({ data }, i) => [String(i), data])),
  }
}

/**
 * Calls `setWeights` with what {@link weightsOf} saved.
 *
 * @param source the snapshot's name, for the error
 * @throws REG_CHECKPOINT_MISMATCH if the optimizer does not implement `setWeights`, or the module lacks
 * variables
 */
export async function restoreWeights(
  optimizer: tf.Optimizer,
  names: readonly SavedName[],
  tensors: NamedTensorData,
  table: VariableTable,
  source: string,
): Promise<void> {
  const copies = names.map((saved, i) => ({
    name: currentName(saved, table),
    data: tensors[i],
  }))
  const isComplete = (
    copy: (typeof copies)[number],
  ): copy is { name: string; data: TensorData } =>
    typeof copy.name === 'string' && copy.data !== undefined
  const unknown = names.filter(
    (_, i) => !hasWeights(optimizer) || !isComplete(copies[i] as never),
  )
  if (unknown.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown.map(labelOf) })
  const before = (await copiedWeights(optimizer, table)).hidden
  await setWeights(optimizer, copies.filter(isComplete), table)
  const after = (await copiedWeights(optimizer, table)).hidden
  for (const tensor of before)
    if (!after.includes(tensor) && !tensor.isDisposed) tensor.dispose()
}

/** Moves weights that only `getWeights` can reach out of tensor memory, if they are not older than `firstId`. */
export async function parkWeights(
  optimizer: tf.Optimizer,
  firstId: number,
  table: VariableTable,
): Promise<void> {
  if (!hasWeights(optimizer)) return
  const { copies, hidden } = await copiedWeights(optimizer, table)
  const made = hidden.filter(({ id }) => id >= firstId)
  parkedWeights.set(optimizer, { copies, isHidden: made.length > 0 })
  for (const tensor of made) if (!tensor.isDisposed) tensor.dispose()
}

/** Restores what {@link parkWeights} moved away. */
export async function unparkWeights(
  optimizer: tf.Optimizer,
  table: VariableTable,
): Promise<void> {
  const kept = parkedWeights.get(optimizer)
  parkedWeights.delete(optimizer)
  if (kept?.isHidden) await setWeights(optimizer, kept.copies, table)
}
