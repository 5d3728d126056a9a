import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { fail } from './errors.js'
import { quoteAll } from './nearest.js'

import { copyTensor, type TensorData, tensorOf, type VariableTable } from './variables.js'

interface Slot {
  readonly originalName: string
  readonly variable: Variable
}
type Fields = Record<string, unknown> & { iterations_?: number }

/** An optimizer's state, by the module's names of variables. */
export interface OptimizerState {
  readonly iterations: number
  /** Slot arrays and the ending that tfjs gives to their names: `accumulatedFirstMoment: 'm'`. */
  readonly endings: Readonly<Record<string, string>>
  /** `<array>/<variable>` for slots, the field's name for single tensors such as `accBeta1`. */
  readonly tensors: Readonly<Record<string, TensorData>>
}

/**
 * Puts an optimizer's slots in the order of the gradients it is about to be given. tfjs finds slots
 * by position, so that a variable that is frozen or freed between two steps would get another's.
 */
export class SlotOrder {
  #names: readonly string[] = []

  align(optimizer: Optimizer, names: readonly string[]): void {
    const known = this.#names
    if (names.length === known.length && names.every((name, i) => name === known[i])) return
    this.#names = names
    for (const [key, slots] of slotArrays(optimizer)) {
      const rest = new Map(slots.map((slot) => [variableOf(slot), slot]))
      const ordered: Slot[] = []
      for (const [index, name] of names.entries()) {
        const slot = rest.get(name)
        if (slot) ordered[index] = slot
        rest.delete(name)
      }
      ordered.length = names.length
      fieldsOf(optimizer)[key] = ordered.concat([...rest.values()])
    }
  }
}

/** Copies an optimizer's state. Constants such as learning rates are part of it only where it `isParked`. */
export async function saveOptimizer(optimizer: Optimizer, table: VariableTable, isParked = false) {
  const tensors: Record<string, TensorData> = {}
  const endings: Record<string, string> = {}
  for (const [key, slots] of slotArrays(optimizer)) {
    for (const slot of slots) {
      const name = variableOf(slot)
      endings[key] = slot.originalName.slice(name.length + 1)
      tensors[`${key}/${table.nameOf.get(name) ?? name}`] = await copyTensor(slot.variable)
    }
  }
  for (const [key, tensor] of singles(optimizer)) {
    if (isParked || 'assign' in tensor) tensors[key] = await copyTensor(tensor)
  }
  return { iterations: optimizer.iterations, endings, tensors }
}

/**
 * Gives an optimizer a saved state. Learning rates are not part of it: the config's count.
 *
 * @throws REG_CHECKPOINT_MISMATCH where it holds slots of variables that the module has not
 */
export function restoreOptimizer(
  optimizer: Optimizer,
  saved: OptimizerState,
  table: VariableTable,
) {
  const { iterations, endings, tensors } = saved
  const fields = fieldsOf(optimizer)
  fields.iterations_ = iterations
  for (const [key, slots] of slotArrays(optimizer)) {
    for (const { variable } of slots) if (!variable.isDisposed) variable.dispose()
    fields[key] = []
  }
  const unknown: string[] = []
  for (const [path, data] of Object.entries(tensors)) {
    const [key = '', ...rest] = path.split('/')
    const name = table.byName[rest.join('/')]?.name
    const field = fields[key]
    if (rest.length === 0 && isTensor(field)) fields[key] = replaced(field, data)
    else if (name !== undefined && Array.isArray(field)) {
      field.push({ originalName: `${name}/${endings[key]}`, variable: variableFrom(data) })
    } else unknown.push(path)
  }
  if (unknown.length === 0) return
  const text = `The snapshot has optimizer state that fits nothing here: ${quoteAll(unknown)}. Resume`
  const advice = 'with the module and the kind of optimizer that it was saved with.'
  fail('REG_CHECKPOINT_MISMATCH', `${text} ${advice}`)
}

const parked = new WeakMap<Optimizer, OptimizerState>()

/**
 * Moves what an optimizer allocated since a point in time out of tensor memory, so that a run leaves
 * no tensor behind.
 *
 * @param firstId tensors with smaller ids are older; an optimizer that has only such stays as it is
 */
export async function parkOptimizer(optimizer: Optimizer, table: VariableTable, firstId: number) {
  const slots = slotArrays(optimizer).flatMap(([, array]) => array.map(({ variable }) => variable))
  const all = [...slots, ...singles(optimizer).map(([, tensor]) => tensor)]
  if (all.every(({ id }) => id < firstId)) return
  parked.set(optimizer, await saveOptimizer(optimizer, table, true))
  for (const tensor of all) if (tensor.id >= firstId) tensor.dispose()
}

/** Brings back what {@link parkOptimizer} moved away, for a module that keeps its optimizer. */
export function unparkOptimizer(optimizer: Optimizer, table: VariableTable): void {
  const state = parked.get(optimizer)
  if (state) restoreOptimizer(optimizer, state, table)
  parked.delete(optimizer)
}

/** An id that all tensors made from now on exceed. */
export const nextTensorId = (): number =>
  (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()

function slotArrays(optimizer: Optimizer): [string, Slot[]][] {
  return Object.entries(fieldsOf(optimizer)).flatMap(([key, value]) => {
    if (!Array.isArray(value)) return []
    const slots = (value as Partial<Slot>[]).filter((slot) => slot !== undefined)
    const areSlots = slots.every(
      (slot) => slot?.originalName !== undefined && isTensor(slot.variable),
    )
    return slots.length > 0 && areSlots ? [[key, slots as Slot[]] as [string, Slot[]]] : []
  })
}

function singles(optimizer: Optimizer): [string, Tensor][] {
  const isSingle = (entry: [string, unknown]): entry is [string, Tensor] => isTensor(entry[1])
  return Object.entries(fieldsOf(optimizer)).filter(isSingle)
}

const fieldsOf = (optimizer: Optimizer): Fields => optimizer as unknown as Fields

const variableOf = ({ originalName }: Slot): string =>
  originalName.slice(0, originalName.lastIndexOf('/'))

const variableFrom = (data: TensorData): Variable =>
  tf.tidy(() => tf.variable(tensorOf(data), false))

function replaced(old: Tensor, data: TensorData): Tensor {
  if (!('assign' in old)) return old.isDisposed ? tf.keep(tensorOf(data)) : old
  if (old.isDisposed) return variableFrom(data)
  tf.tidy(() => (old as Variable).assign(tensorOf(data)))
  return old
}
