import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { fail } from './errors.js'
import type { VariableTable } from './variables.js'
import { copyTensor, type NamedTensorData, type TensorData, tensorOf } from './variables.js'

type Slot = { readonly originalName: string; readonly variable: Variable }

/** An optimizer's state, by the module's names of variables. */
export interface OptimizerData {
  readonly iterations: number
  /** Slot arrays and the ending that tfjs gives to their names: `accumulatedFirstMoment: 'm'`. */
  readonly endings: Readonly<Record<string, string>>
  /** `<array>/<variable>` for slots, the field's name for single tensors such as `accBeta1`. */
  readonly tensors: NamedTensorData
  /** Single tensors that never change, such as learning rates: the config's count when resuming. */
  readonly constants?: NamedTensorData
}

const aligned = new WeakMap<Optimizer, readonly string[]>()
const parked = new WeakMap<Optimizer, OptimizerData>()

/**
 * Puts an optimizer's slots in the order of the gradients it is about to be given. tfjs finds slots
 * by position, so that a variable that is frozen or freed between two steps would get another's.
 */
export function alignSlots(optimizer: Optimizer, names: readonly string[]): void {
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
export async function saveOptimizer(optimizer: Optimizer, table: VariableTable) {
  const known = parked.get(optimizer)
  if (known) return structuredClone(known)
  const endings: Record<string, string> = {}
  const tensors: Record<string, TensorData> = {}
  const constants: Record<string, TensorData> = {}
  for (const [key, field] of Object.entries(optimizer)) {
    for (const slot of slotsIn(field)) {
      const name = variableOf(slot)
      endings[key] = slot.originalName.slice(name.length + 1)
      tensors[`${key}/${table.nameOf.get(name) ?? name}`] = await copyTensor(slot.variable)
    }
    const singles = 'assign' in Object(field) ? tensors : constants
    if (isTensor(field)) singles[key] = await copyTensor(field)
  }
  return { iterations: optimizer.iterations, endings, tensors, constants }
}

/**
 * Gives an optimizer a saved state.
 *
 * @throws REG_CHECKPOINT_MISMATCH where it holds slots of variables that the module has not
 */
export function restoreOptimizer(optimizer: Optimizer, saved: OptimizerData, table: VariableTable) {
  const fields = optimizer as unknown as Record<string, unknown>
  fields.iterations_ = saved.iterations
  for (const [key, field] of Object.entries(optimizer)) {
    for (const { variable } of slotsIn(field)) {
      if (!variable.isDisposed) variable.dispose()
      fields[key] = []
    }
  }
  const unknown: string[] = []
  for (const [path, data] of Object.entries({ ...saved.tensors, ...saved.constants })) {
    const [key = '', ...rest] = path.split('/')
    const name = table.byName[rest.join('/')]?.name
    const field = fields[key]
    if (rest.length === 0 && isTensor(field)) fields[key] = replaced(field, data)
    else if (name !== undefined && Array.isArray(field)) {
      field.push({ originalName: `${name}/${saved.endings[key]}`, variable: variableFrom(data) })
    } else unknown.push(path)
  }
  if (unknown.length > 0) fail('REG_CHECKPOINT_MISMATCH.slots', { unknown })
}

/**
 * Moves what an optimizer allocated since a point in time out of tensor memory, so that a run leaves
 * no tensor behind.
 *
 * @param firstId tensors with smaller ids are older; an optimizer that has only such stays as it is
 */
export async function parkOptimizer(optimizer: Optimizer, table: VariableTable, firstId: number) {
  const all = Object.values(optimizer).flatMap((field): Tensor | Tensor[] =>
    isTensor(field) ? field : slotsIn(field).map(({ variable }) => variable),
  )
  if (all.every(({ id }) => id < firstId)) return
  parked.set(optimizer, await saveOptimizer(optimizer, table))
  for (const tensor of all) if (tensor.id >= firstId) tensor.dispose()
}

/** Brings back what {@link parkOptimizer} moved away, for a module that keeps its optimizer. */
export function unparkOptimizer(optimizer: Optimizer, table: VariableTable): void {
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

const variableFrom = (data: TensorData): Variable =>
  tf.tidy(() => tf.variable(tensorOf(data), false))

function replaced(old: Tensor, data: TensorData): Tensor {
  if (old.isDisposed) return 'assign' in old ? variableFrom(data) : tf.keep(tensorOf(data))
  if ('assign' in old) tf.tidy(() => (old as Variable).assign(tensorOf(data)))
  return old
}
