import * as tf from '@tensorflow/tfjs-core'
import { disposeAll, isTensor } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import { modelDifferences } from './model-differences.js'

/** A tensor outside tensor memory: row-major values, a copy that nobody else holds. */
export type TensorData = Readonly<{ dtype: DType; shape: readonly number[]; data: Values }>
type DType = 'float32' | 'int32' | 'bool'
type Values = Float32Array | Int32Array | Uint8Array
/** Tensors by name. */
export type NamedTensorData = Readonly<Record<string, TensorData>>

/** The variables of a module by the module's names, and the module's name of each tfjs name. */
export type VariableTable = ReturnType<typeof tableOf>

/**
 * The table of what a module's `variables()` gave. Those of a list are named by their place in it,
 * `0`, `1` and so on: tfjs' own names count the variables of the process, so that a second module, or
 * another process, would have others.
 *
 * @throws REG_MODULE_INVALID
 */
export function tableOf(given: unknown) {
  const byName: Readonly<Record<string, tf.Variable>> = Object.fromEntries(
    Object.entries<tf.Variable>(Object(given)),
  )
  const entries = Object.entries(byName)
  const isWhole = entries.length > 0 && entries.every(([, one]) => isVariable(one))
  if (!isWhole) fail('REG_MODULE_INVALID.variables', { found: given })
  return { byName, nameOf: new Map(entries.map(([name, variable]) => [variable.name, name])) }
}

/** Whether a value is a variable, of whichever copy of tfjs. */
export const isVariable = (one: unknown): one is tf.Variable => isTensor(one) && 'assign' in one

const withNames = (gradients: tf.NamedTensorMap, nameOf: (name: string) => string) =>
  Object.fromEntries(Object.entries(gradients).map(([name, one]) => [nameOf(name), one]))

/** Gradients under the module's names. */
export const renamed = (gradients: tf.NamedTensorMap, { nameOf }: VariableTable) =>
  withNames(gradients, (name) => nameOf.get(name) ?? name)

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that is no variable's */
export function renamedBack(gradients: tf.NamedTensorMap, { byName }: VariableTable) {
  const unknown = (variable: string) => {
    const values = { variable, variables: Object.keys(byName) }
    return fail('REG_HOOK_VALUE.name', values, { hook: 'gradients' })
  }
  return withNames(gradients, (name) => byName[name]?.name ?? unknown(name))
}

/** The values of parked tensors. */
const parked = new WeakMap<tf.Tensor, TensorData['data']>()

/** Copies of tensors, under a prefix. Cost: waits for the device, but for those that are parked. */
export async function copyTensors(tensors: tf.NamedTensorMap, prefix = '') {
  const copies: Record<string, TensorData> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    const { dtype, shape } = tensor
    const data = (parked.get(tensor) ?? (await tensor.data())).slice()
    copies[prefix + name] = { dtype, shape: shape.slice(), data } as TensorData
  }
  return copies
}

/** Moves the values of a tensor out of tensor memory. Cost: waits for the device. */
export async function park(tensor: tf.Tensor): Promise<void> {
  parked.set(tensor, (await tensor.data()).slice())
  tensor.dispose()
}

/** A parked tensor again, as a new one that is kept; any other as it is. */
export function revived(tensor: tf.Tensor): tf.Tensor {
  const data = parked.get(tensor)
  if (!data) return tensor
  const copy = { ...tensor, data } as TensorData
  return isVariable(tensor) ? variableOf(copy) : tf.keep(tensorOf(copy))
}

/** A new tensor with the values of a copy. */
export const tensorOf = (copy: TensorData) =>
  tf.tensor(copy.data, copy.shape as number[], copy.dtype)

/** A new variable with the values of a copy, not trainable. */
export const variableOf = (copy: TensorData) => tf.tidy(() => tf.variable(tensorOf(copy), false))

/** Gives a variable the values of a copy. */
export const assign = (to: tf.Variable, copy: TensorData) =>
  tf.tidy(() => to.assign(tensorOf(copy)))

/** The tensors whose names begin with a prefix, without it. */
export function under(prefix: string, tensors: NamedTensorData): Record<string, TensorData> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, data]) => [name.slice(prefix.length), data]))
}

/**
 * Gives variables the values of a snapshot.
 *
 * @param source the snapshot's name, for the error: see `sourceOf`
 * @throws REG_CHECKPOINT_MISMATCH telling what differs; nothing is changed then
 */
export function restoreVariables(
  { byName }: VariableTable,
  tensors: NamedTensorData,
  source: string,
): void {
  const saved = under('module/', tensors)
  const differences = modelDifferences(saved, byName)
  if (differences) fail('REG_CHECKPOINT_MISMATCH.model', { source, differences })
  for (const [name, copy] of Object.entries(saved)) assign(byName[name] as tf.Variable, copy)
}

/** What tfjs' optimizers keep of one variable. */
type Slot = { readonly originalName: string; variable: tf.Variable }

const aligned = new WeakMap<tf.Optimizer, readonly string[]>()

/** The slots of an optimizer may be in another order from now on. */
export const forgetOrder = (optimizer: tf.Optimizer) => aligned.delete(optimizer)

/**
 * Puts an optimizer's slots in the order of the gradients it is about to be given. tfjs finds slots
 * by position, so that a variable that is frozen or freed between two steps would get another's.
 * Those of an optimizer inside of it are put in the same order.
 *
 * @returns whether gradients of these variables come for the first time, or after others
 */
export function alignSlots(optimizer: tf.Optimizer, names: readonly string[]): boolean {
  const known = aligned.get(optimizer)
  if (names.length === known?.length && names.every((name, i) => name === known[i])) return false
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
    Object.assign(optimizer, { [key]: [...names.map((name) => byName.get(name)), ...others] })
  }
  return true
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
export function restoreSlots(
  optimizer: tf.Optimizer,
  from: NamedTensorData,
  table: VariableTable,
  source: string,
): void {
  const fields = new Map(Object.entries(optimizer))
  for (const field of fields.values()) if (slotsIn(field).length > 0) disposeAll(field.splice(0))
  const unknown: string[] = []
  for (const [path, data] of Object.entries(from)) {
    const [key = '', ...rest] = path.split('/')
    const owner = rest.join('/')
    const own = Object.hasOwn(table.byName, owner) ? table.byName[owner] : undefined
    const [field, name] = [fields.get(key), own?.name]
    if (rest.length === 0 && isVariable(field)) assign(field, data)
    else if (name !== undefined && Array.isArray(field))
      field.push({ originalName: `${name}/${key}`, variable: variableOf(data) })
    else unknown.push(path)
  }
  if (unknown.length > 0) fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown })
}

/** An id that all tensors made from now on exceed. */
export const nextId = () => (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()

/** Whether a value is an optimizer, of whichever copy of tfjs. */
export const isOptimizer = (value: unknown): value is tf.Optimizer =>
  'applyGradients' in Object(value)

const slotsIn = (field: unknown): Slot[] =>
  Array.isArray(field) ? field.filter((slot) => isTensor(slot?.variable)) : []

/** tfjs' name of the variable that a slot belongs to. */
const ownerOf = ({ originalName: path }: Slot) => path.slice(0, path.lastIndexOf('/'))

/** The tensors that an optimizer holds, and under which name of its state. */
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
