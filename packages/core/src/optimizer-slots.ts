import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { fail } from './errors.js'
import type { NamedTensorData, TensorData, VariableTable } from './variables.js'
import { copyTensors, isVariable, tensorOf } from './variables.js'

type Slot = { readonly originalName: string; readonly variable: tf.Variable }

/**
 * An optimizer's state. Tensors have the name `<array>/<variable>` for slots, by the module's names
 * of variables, and the field's name for single ones such as `accBeta1`. `constants` never change,
 * such as learning rates: the config's count when resuming.
 */
type Saved = { iterations: number; tensors: NamedTensorData; constants?: NamedTensorData }

const aligned = new WeakMap<tf.Optimizer, readonly string[]>()
const parked = new WeakMap<tf.Optimizer, Saved>()

/**
 * Puts an optimizer's slots in the order of the gradients it is about to be given. tfjs finds slots
 * by position, so that a variable that is frozen or freed between two steps would get another's.
 */
export function alignSlots(optimizer: tf.Optimizer, names: readonly string[]): void {
  const known = aligned.get(optimizer)
  if (names.length === known?.length && names.every((name, i) => name === known[i])) return
  aligned.set(optimizer, names)
  for (const [key, field] of Object.entries(optimizer)) {
    const slots = slotsIn(field)
    if (slots.length === 0) continue
    const byName = new Map(slots.map((slot) => [variableOf(slot), slot]))
    const others = slots.filter((slot) => !names.includes(variableOf(slot)))
    Object.assign(optimizer, { [key]: [...names.map((name) => byName.get(name)), ...others] })
  }
}

/** Copies an optimizer's state. Cost: waits for the device, unless the optimizer is parked. */
export async function saveOptimizer(optimizer: tf.Optimizer, table: VariableTable) {
  const known = parked.get(optimizer)
  if (known) return structuredClone(known)
  const { tensors, constants } = tensorsIn(optimizer, table)
  const copies = { tensors: await copyTensors(tensors), constants: await copyTensors(constants) }
  return { iterations: optimizer.iterations, ...copies }
}

/**
 * Gives an optimizer a saved state.
 *
 * @throws REG_CHECKPOINT_MISMATCH where it holds slots of variables that the module has not
 */
export function restoreOptimizer(optimizer: tf.Optimizer, saved: Saved, table: VariableTable) {
  const { iterations: iterations_, tensors, constants } = saved
  const fields = Object.assign(optimizer, { iterations_ }) as unknown as Record<string, unknown>
  for (const [key, field] of Object.entries(fields)) {
    const slots = slotsIn(field)
    for (const { variable } of slots) if (!variable.isDisposed) variable.dispose()
    if (slots.length > 0) fields[key] = []
  }
  const unknown: string[] = []
  for (const [path, data] of Object.entries({ ...tensors, ...constants })) {
    const [key = '', ...rest] = path.split('/')
    const name = table.byName[rest.join('/')]?.name
    const field = fields[key]
    if (rest.length === 0 && isTensor(field)) fields[key] = replaced(field, data)
    else if (name !== undefined && Array.isArray(field))
      field.push({ originalName: `${name}/${key}`, variable: variableFrom(data) })
    else unknown.push(path)
  }
  if (unknown.length > 0) fail('REG_CHECKPOINT_MISMATCH.slots', { unknown })
}

/**
 * Moves what an optimizer allocated since a point in time out of tensor memory, so that a run leaves
 * no tensor behind.
 *
 * @param firstId tensors with smaller ids are older; an optimizer that has only such stays as it is
 */
export async function parkOptimizer(
  optimizer: tf.Optimizer,
  table: VariableTable,
  firstId: number,
) {
  const { tensors, constants } = tensorsIn(optimizer, table)
  const young = Object.values({ ...tensors, ...constants }).filter(({ id }) => id >= firstId)
  if (young.length > 0) parked.set(optimizer, await saveOptimizer(optimizer, table))
  for (const tensor of young) tensor.dispose()
}

/** Brings back what {@link parkOptimizer} moved away, for a module that keeps its optimizer. */
export function unparkOptimizer(optimizer: tf.Optimizer, table: VariableTable): void {
  const state = parked.get(optimizer)
  if (state) restoreOptimizer(optimizer, state, table)
  parked.delete(optimizer)
  aligned.delete(optimizer)
}

/** An id that all tensors made from now on exceed. */
export const nextTensorId = (): number =>
  (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()

const slotsIn = (field: unknown): Slot[] =>
  Array.isArray(field) ? field.filter((slot) => isTensor(slot?.variable)) : []

const variableOf = ({ originalName }: Slot): string =>
  originalName.slice(0, originalName.lastIndexOf('/'))

/** The tensors that an optimizer holds now, named as in its state. */
function tensorsIn(optimizer: tf.Optimizer, { nameOf }: VariableTable) {
  const [tensors, constants] = [{} as tf.NamedTensorMap, {} as tf.NamedTensorMap]
  for (const [key, field] of Object.entries(optimizer)) {
    if (isTensor(field)) (isVariable(field) ? tensors : constants)[key] = field
    for (const slot of slotsIn(field)) {
      const name = variableOf(slot)
      tensors[`${key}/${nameOf.get(name) ?? name}`] = slot.variable
    }
  }
  return { tensors, constants }
}

const variableFrom = (data: TensorData): tf.Variable =>
  tf.tidy(() => tf.variable(tensorOf(data), false))

function replaced(old: tf.Tensor, data: TensorData): tf.Tensor {
  if (old.isDisposed) return isVariable(old) ? variableFrom(data) : tf.keep(tensorOf(data))
  if (isVariable(old)) tf.tidy(() => old.assign(tensorOf(data)))
  return old
}
