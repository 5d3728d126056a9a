import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { RegimenError } from './errors.js'
import { quoteAll } from './nearest.js'
import { copyTensor, type TensorData } from './tensor-data.js'
import type { VariableTable } from './variables.js'

interface Slot {
  originalName: string
  variable: Variable
}
type Fields = Record<string, unknown> & { iterations_?: number }

/** An optimizer's state, by the module's names of variables. */
export interface OptimizerState {
  readonly iterations: number
  /** Slot arrays and the ending that tfjs gives to their names: `accumulatedFirstMoment: 'm'`. */
  readonly endings: Readonly<Record<string, string>>
  /** `<array>/<variable>` for slots, the field's name for single variables such as `accBeta1`. */
  readonly tensors: Readonly<Record<string, TensorData>>
}

/**
 * Puts an optimizer's slots in the order of the gradients it is about to be given. tfjs finds slots
 * by position, so that a variable that is frozen or freed between two steps would get another's.
 */
export class SlotOrder {
  #names: readonly string[] = []

  align(optimizer: Optimizer, names: readonly string[]): void {
    if (isSame(names, this.#names)) return
    this.#names = names
    for (const [key, slots] of slotArrays(optimizer)) {
      const byVariable = new Map(slots.map((slot) => [variableNameOf(slot), slot]))
      const ordered: Slot[] = []
      for (const [index, name] of names.entries()) {
        const slot = byVariable.get(name)
        if (slot) ordered[index] = slot
        byVariable.delete(name)
      }
      const rest = [...byVariable.values()]
      for (const [index, slot] of rest.entries()) ordered[names.length + index] = slot
      fieldsOf(optimizer)[key] = ordered
    }
  }
}

/** Copies an optimizer's state. */
export async function saveOptimizer(
  optimizer: Optimizer,
  table: VariableTable,
): Promise<OptimizerState> {
  const tensors: Record<string, TensorData> = {}
  const endings: Record<string, string> = {}
  for (const [key, slots] of slotArrays(optimizer)) {
    for (const slot of slots) {
      const name = variableNameOf(slot)
      endings[key] = slot.originalName.slice(name.length + 1)
      tensors[`${key}/${table.nameOf.get(name) ?? name}`] = await copyTensor(slot.variable)
    }
  }
  for (const [key, variable] of singleVariables(optimizer)) {
    tensors[key] = await copyTensor(variable)
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
): void {
  const fields = fieldsOf(optimizer)
  fields.iterations_ = saved.iterations
  const single = new Map(singleVariables(optimizer))
  const unknown: string[] = []
  for (const key of Object.keys(saved.endings)) {
    for (const slot of (fields[key] as Slot[] | undefined) ?? []) slot?.variable.dispose()
    fields[key] = []
  }
  for (const [path, data] of Object.entries(saved.tensors)) {
    const variable = single.get(path)
    if (variable) {
      assign(variable, data)
      continue
    }
    const [key = '', ...rest] = path.split('/')
    const owner = table.byName[rest.join('/')]
    const slots = fields[key]
    if (!owner || !Array.isArray(slots)) unknown.push(path)
    else slots.push(slotFrom(data, `${owner.name}/${saved.endings[key]}`))
  }
  if (unknown.length === 0) return
  throw new RegimenError(
    'REG_CHECKPOINT_MISMATCH',
    `The snapshot has optimizer state that fits nothing here: ${quoteAll(unknown)}. Resume with the module and the kind of optimizer that it was saved with.`,
  )
}

interface ParkedTensor {
  readonly tensor: TensorData
  readonly isVariable: boolean
}
interface Parked {
  readonly slots: Readonly<Record<string, readonly (readonly [string, TensorData])[]>>
  readonly single: Readonly<Record<string, ParkedTensor>>
}

const parked = new WeakMap<Optimizer, Parked>()

/**
 * Moves what an optimizer allocated since a point in time out of tensor memory, so that a run leaves
 * no tensor behind. {@link unparkOptimizer} brings it back, for a module that keeps its optimizer
 * from one run to the next.
 *
 * @param firstId tensors with smaller ids are older and stay
 */
export async function parkOptimizer(optimizer: Optimizer, firstId: number): Promise<void> {
  const fields = fieldsOf(optimizer)
  const slots: Record<string, [string, TensorData][]> = {}
  const single: Record<string, ParkedTensor> = {}
  for (const [key, array] of slotArrays(optimizer)) {
    const young = array.filter((slot) => slot.variable.id >= firstId)
    if (young.length === 0) continue
    slots[key] = []
    for (const { originalName, variable } of young) {
      slots[key].push([originalName, await copyTensor(variable)])
      variable.dispose()
    }
    fields[key] = array.filter((slot) => slot.variable.id < firstId)
  }
  for (const [key, value] of Object.entries(fields)) {
    if (!isTensor(value) || value.isDisposed || value.id < firstId) continue
    single[key] = { tensor: await copyTensor(value), isVariable: 'assign' in value }
    value.dispose()
  }
  parked.set(optimizer, { slots, single })
}

/**
 * Brings back what {@link parkOptimizer} moved away, if anything was.
 *
 * @returns an id that is smaller than those of all tensors made by it
 */
export function unparkOptimizer(optimizer: Optimizer): number {
  const firstId = nextTensorId()
  const found = parked.get(optimizer)
  if (!found) return firstId
  parked.delete(optimizer)
  const fields = fieldsOf(optimizer)
  for (const [key, slots] of Object.entries(found.slots)) {
    const back = slots.map(([originalName, data]) => slotFrom(data, originalName))
    fields[key] = [...((fields[key] as Slot[] | undefined) ?? []), ...back]
  }
  for (const [key, { tensor, isVariable }] of Object.entries(found.single)) {
    fields[key] = isVariable ? variableFrom(tensor) : tf.keep(tensorFrom(tensor))
  }
  return firstId
}

/** An id that all tensors made from now on exceed. */
export function nextTensorId(): number {
  return (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()
}

function slotArrays(optimizer: Optimizer): [string, Slot[]][] {
  const arrays: [string, Slot[]][] = []
  for (const [key, value] of Object.entries(fieldsOf(optimizer))) {
    if (!Array.isArray(value)) continue
    const slots = value.filter((item) => item !== undefined) as Partial<Slot>[]
    const areSlots = slots.every(
      (slot) => typeof slot?.originalName === 'string' && isTensor(slot.variable),
    )
    if (slots.length > 0 && areSlots) arrays.push([key, slots as Slot[]])
  }
  return arrays
}

function singleVariables(optimizer: Optimizer): [string, Variable][] {
  return Object.entries(fieldsOf(optimizer)).filter(
    ([, value]) => isTensor(value) && 'assign' in value,
  ) as [string, Variable][]
}

function fieldsOf(optimizer: Optimizer): Fields {
  return optimizer as unknown as Fields
}

function variableNameOf(slot: Slot): string {
  return slot.originalName.slice(0, slot.originalName.lastIndexOf('/'))
}

function slotFrom(data: TensorData, originalName: string): Slot {
  return { originalName, variable: variableFrom(data) }
}

function variableFrom(data: TensorData): Variable {
  return tf.tidy(() => tf.variable(tensorFrom(data), false))
}

function tensorFrom({ data, shape, dtype }: TensorData): Tensor {
  return tf.tensor(data, shape as number[], dtype)
}

function assign(variable: Variable, data: TensorData): void {
  tf.tidy(() => variable.assign(tensorFrom(data)))
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}
