import type * as tf from '@tensorflow/tfjs-core'
import { disposeAll, isTensor } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import { assign, isVariable, type NamedTensorData, variableOf } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/** What a tfjs optimizer keeps for one variable. */
type Slot = { readonly originalName: string; variable: tf.Variable }

const aligned = new WeakMap<tf.Optimizer, readonly string[]>()

/** Called when the order of an optimizer's slots may have changed. */
export const forgetOrder = (optimizer: tf.Optimizer) => aligned.delete(optimizer)

/**
 * Sorts an optimizer's slots in the order of the next gradients. tfjs finds slots by position: if a
 * variable is frozen or unfrozen between two steps, others would get the wrong slot. Slots of an
 * optimizer inside it are sorted too.
 *
 * @returns whether the previous step, if any, had gradients of other variables
 */
export function alignSlots(optimizer: tf.Optimizer, names: readonly string[]): boolean {
  const known = aligned.get(optimizer)
  if (names.length === known?.length && names.every((name, i) => name === known[i]))
    return false
  aligned.set(optimizer, names)
  for (const [key, field] of Object.entries(optimizer)) {
    if (isOptimizer(field)) {
      forgetOrder(field)
      alignSlots(field, names)
    }
    const slots = slotsIn(field)
    if (slots.length === 0) continue
    const byName = new Map(slots.map((slot) => [ownerOf(slot), slot]))
    const others = slots.filter((slot) => !names.includes(ownerOf(slot)))
    Object.assign(optimizer, {
      [key]: [...names.map((name) => byName.get(name)), ...others],
    })
  }
  return true
}

/**
 * The variables that hold an optimizer's state. Those of slots are named `<array>/<variable>`, by the
 * module's names of variables; single ones by their field, such as `accBeta1`. Constants such as
 * learning rates are not included: a resumed run takes them from the code.
 */
export function slotsByName(optimizer: tf.Optimizer, { nameOf }: VariableTable) {
  const state = [...tensorsIn(optimizer, nameOf)].filter(({ tensor }) =>
    isVariable(tensor),
  )
  return Object.fromEntries(state.map(({ path, tensor }) => [path, tensor]))
}

/**
 * Restores an optimizer's saved slots.
 *
 * @throws REG_CHECKPOINT_MISMATCH if there are slots of variables that the module does not have
 */
export function restoreSlots(
  optimizer: tf.Optimizer,
  saved: NamedTensorData,
  table: VariableTable,
  source: string,
): void {
  const fields = new Map(Object.entries(optimizer))
  for (const field of fields.values())
    if (slotsIn(field).length > 0) disposeAll(field.splice(0))
  const unknown: string[] = []
  for (const [path, data] of Object.entries(saved)) {
    const [key = '', ...rest] = path.split('/')
    const owner = rest.join('/')
    const variable = Object.hasOwn(table.byName, owner) ? table.byName[owner] : undefined
    const [field, name] = [fields.get(key), variable?.name]
    if (rest.length === 0 && isVariable(field)) assign(field, data)
    else if (name !== undefined && Array.isArray(field))
      field.push({ originalName: `${name}/${key}`, variable: variableOf(data) })
    else unknown.push(path)
  }
  if (unknown.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown })
}

/** Whether a value is an optimizer, of any copy of tfjs. */
export const isOptimizer = (value: unknown): value is tf.Optimizer =>
  'applyGradients' in Object(value)

const slotsIn = (field: unknown): Slot[] =>
  Array.isArray(field) ? field.filter((slot) => isTensor(slot?.variable)) : []

/** tfjs' name of the variable that a slot belongs to. */
const ownerOf = ({ originalName: path }: Slot) => path.slice(0, path.lastIndexOf('/'))

/** The tensors that an optimizer holds, with their names in its state. */
function* tensorsIn(optimizer: tf.Optimizer, nameOf?: ReadonlyMap<string, string>) {
  for (const [key, field] of Object.entries(optimizer)) {
    if (isTensor(field)) yield { path: key, tensor: field }
    for (const slot of slotsIn(field)) {
      const name = ownerOf(slot)
      const path = `${key}/${nameOf?.get(name) ?? name}`
      yield { path, tensor: slot.variable }
    }
  }
}
