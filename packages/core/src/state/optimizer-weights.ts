import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { hasWeights, replacing, tensorsFoundIn } from './optimizer-holders.js'
import { savedNames } from './optimizer-ids.js'
import { labelOf, nameToday, type SavedName } from './optimizer-names.js'
import {
  copyTensors,
  type NamedTensorData,
  nextId,
  type TensorData,
  tensorOf,
} from './tensor-data.js'
import type { VariableTable } from './variables.js'

type Copies = readonly { readonly name: string; readonly data: TensorData }[]

/** Weights of optimizers between two runs, and whether nothing but `setWeights` can bring them back. */
const away = new WeakMap<object, { readonly copies: Copies; readonly isHidden: boolean }>()

/** Copies of what `getWeights` of an optimizer gives; what it made for the call is disposed of. */
async function copiedWeights(
  optimizer: tf.Optimizer,
  table: VariableTable,
): Promise<{ readonly copies: Copies; readonly hidden: readonly tf.Tensor[] }> {
  const kept = away.get(optimizer)
  if (kept) return { copies: kept.copies, hidden: [] }
  const firstId = nextId()
  const weights = await optimizer.getWeights()
  const found = tensorsFoundIn(optimizer, table)
  for (const variable of Object.values(table.byName)) found.add(variable)
  const hidden = weights.map(({ tensor }) => tensor).filter((tensor) => !found.has(tensor))
  const copies: { readonly name: string; readonly data: TensorData }[] = []
  for (const { name, tensor } of weights) {
    const [data] = Object.values(await copyTensors({ [name]: tensor }))
    copies.push({ name, data: data as TensorData })
  }
  for (const tensor of hidden) if (tensor.id >= firstId && !tensor.isDisposed) tensor.dispose()
  return { copies, hidden: hidden.filter((tensor) => tensor.id < firstId) }
}

/** Gives weights to `setWeights`, and disposes of those tensors that the optimizer does not take over. */
async function giveWeights(
  optimizer: tf.Optimizer,
  copies: Copies,
  table: VariableTable,
): Promise<void> {
  const weights = copies.map(({ name, data }) => ({ name, tensor: tensorOf(data) }))
  await replacing(optimizer, table, () => optimizer.setWeights(weights))
  const found = tensorsFoundIn(optimizer, table)
  for (const { tensor } of weights) if (!found.has(tensor) && !tensor.isDisposed) tensor.dispose()
}

/** What `getWeights` gives, for a snapshot: names for `meta`, copies by their place in that list. */
export async function weightsOf(optimizer: tf.Optimizer, table: VariableTable) {
  const { copies } = await copiedWeights(optimizer, table)
  const given = copies.map(({ name }) => name)
  const names: SavedName[] = savedNames(given, table).map((name, i) => name ?? String(given[i]))
  return { names, tensors: Object.fromEntries(copies.map(({ data }, i) => [String(i), data])) }
}

/**
 * Gives `setWeights` what {@link weightsOf} saved.
 *
 * @param source the snapshot's name, for the error
 * @throws REG_CHECKPOINT_MISMATCH where the optimizer has no `setWeights` of its own, or the module not
 * the variables
 */
export async function restoreWeights(
  optimizer: tf.Optimizer,
  names: readonly SavedName[],
  tensors: NamedTensorData,
  table: VariableTable,
  source: string,
): Promise<void> {
  const copies = names.map((saved, i) => ({ name: nameToday(saved, table), data: tensors[i] }))
  const isRight = (one: (typeof copies)[number]): one is { name: string; data: TensorData } =>
    typeof one.name === 'string' && one.data !== undefined
  const unknown = names.filter((_, i) => !hasWeights(optimizer) || !isRight(copies[i] as never))
  if (unknown.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown.map(labelOf) })
  const before = (await copiedWeights(optimizer, table)).hidden
  await giveWeights(optimizer, copies.filter(isRight), table)
  const after = (await copiedWeights(optimizer, table)).hidden
  for (const one of before) if (!after.includes(one) && !one.isDisposed) one.dispose()
}

/** Moves weights that only `getWeights` tells of out of tensor memory, those made from an id on. */
export async function parkWeights(
  optimizer: tf.Optimizer,
  firstId: number,
  table: VariableTable,
): Promise<void> {
  if (!hasWeights(optimizer)) return
  const { copies, hidden } = await copiedWeights(optimizer, table)
  const own = hidden.filter(({ id }) => id >= firstId)
  away.set(optimizer, { copies, isHidden: own.length > 0 })
  for (const tensor of own) if (!tensor.isDisposed) tensor.dispose()
}

/** Brings back what {@link parkWeights} moved away. */
export async function unparkWeights(optimizer: tf.Optimizer, table: VariableTable): Promise<void> {
  const kept = away.get(optimizer)
  away.delete(optimizer)
  if (kept?.isHidden) await giveWeights(optimizer, kept.copies, table)
}
