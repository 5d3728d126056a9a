import * as tf from '@tensorflow/tfjs-core'
import { disposeAll, isTensor } from './containers.js'
import { fail } from './errors.js'
import type { NamedTensorData, VariableTable } from './variables.js'
import { assign, isVariable, park, revived, variableOf } from './variables.js'

/** What tfjs' optimizers keep of one variable. */
type Slot = { readonly originalName: string; variable: tf.Variable }

const aligned = new WeakMap<tf.Optimizer, readonly string[]>()

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
    const byName = new Map(slots.map((slot) => [ownerOf(slot), slot]))
    const others = slots.filter((slot) => !names.includes(ownerOf(slot)))
    Object.assign(optimizer, { [key]: [...names.map((name) => byName.get(name)), ...others] })
  }
}

/**
 * The variables that hold an optimizer's state. Those of slots have the name `<array>/<variable>`, by
 * the module's names of variables, single ones the field's name, such as `accBeta1`. Constants, such
 * as learning rates, are left out: the config's count when resuming.
 */
export function slotsByName(optimizer: tf.Optimizer, { nameOf }: VariableTable) {
  const state = [...tensorsIn(optimizer, nameOf)].filter(({ tensor }) => isVariable(tensor))
  return Object.fromEntries(state.map(({ path, tensor }) => [path, tensor]))
}

/**
 * Gives an optimizer a saved state.
 *
 * @throws REG_CHECKPOINT_MISMATCH where it holds slots of variables that the module has not
 */
export function restoreSlots(optimizer: tf.Optimizer, from: NamedTensorData, table: VariableTable) {
  const fields = new Map(Object.entries(optimizer))
  for (const field of fields.values()) if (slotsIn(field).length > 0) disposeAll(field.splice(0))
  const unknown: string[] = []
  for (const [path, data] of Object.entries(from)) {
    const [key = '', ...rest] = path.split('/')
    const [field, name] = [fields.get(key), table.byName[rest.join('/')]?.name]
    if (rest.length === 0 && isVariable(field)) assign(field, data)
    else if (name !== undefined && Array.isArray(field))
      field.push({ originalName: `${name}/${key}`, variable: variableOf(data) })
    else unknown.push(path)
  }
  if (unknown.length > 0) fail('REG_CHECKPOINT_MISMATCH.slots', { unknown })
}

/**
 * Moves what an optimizer allocated since a point in time out of tensor memory, so that a run leaves
 * no tensor behind. Cost: waits for the device.
 *
 * @param firstId tensors with smaller ids are older and stay
 */
export async function parkOptimizer(optimizer: tf.Optimizer, firstId: number): Promise<void> {
  for (const { tensor } of tensorsIn(optimizer)) if (tensor.id >= firstId) await park(tensor)
}

/** Brings back what {@link parkOptimizer} moved away, for a module that keeps its optimizer. */
export function unparkOptimizer(optimizer: tf.Optimizer): void {
  aligned.delete(optimizer)
  for (const { holder, key, tensor } of tensorsIn(optimizer))
    Object.assign(holder, { [key]: revived(tensor) })
}

/** An id that all tensors made from now on exceed. */
export const nextTensorId = (): number =>
  (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()

const slotsIn = (field: unknown): Slot[] =>
  Array.isArray(field) ? field.filter((slot) => isTensor(slot?.variable)) : []

/** tfjs' name of the variable that a slot belongs to. */
const ownerOf = ({ originalName }: Slot): string =>
  originalName.slice(0, originalName.lastIndexOf('/'))

/** The tensors that an optimizer holds: where, and under which name of its state. */
function* tensorsIn(optimizer: tf.Optimizer, nameOf?: ReadonlyMap<string, string>) {
  for (const [key, field] of Object.entries(optimizer)) {
    if (isTensor(field)) yield { path: key, tensor: field, holder: optimizer, key }
    for (const slot of slotsIn(field)) {
      const name = ownerOf(slot)
      const path = `${key}/${nameOf?.get(name) ?? name}`
      yield { path, tensor: slot.variable, holder: slot, key: 'variable' }
    }
  }
}
