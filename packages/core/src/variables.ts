import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { fail, quote } from './errors.js'

/** A tensor outside tensor memory: row-major values, a copy that nobody else holds. */
export interface TensorData {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint8Array
}
/** Tensors by name. */
export type NamedTensorData = Readonly<Record<string, TensorData>>

/** The variables of a module by the module's names, and the module's name of each tfjs name. */
export type VariableTable = ReturnType<typeof tableOf>

/** The table of what a module's `variables()` gave. @throws REG_MODULE_INVALID */
export function tableOf(given: unknown) {
  const named = Array.isArray(given) && given.map((one) => [one?.name, one] as const)
  const entries: (readonly [string, tf.Variable])[] = named || Object.entries(given ?? {})
  const byName: Readonly<Record<string, tf.Variable>> = Object.fromEntries(entries)
  const isWhole = entries.length > 0 && Object.values(byName).every(isVariable)
  if (!isWhole) fail('REG_MODULE_INVALID.variables', { given })
  return { byName, nameOf: new Map(entries.map(([name, variable]) => [variable.name, name])) }
}

/** Whether a value is a variable, of whichever copy of tfjs. */
export const isVariable = (value: unknown): value is tf.Variable =>
  isTensor(value) && 'assign' in value

/**
 * The variables that an optimizer changes: those whose name is its own or begins with it (`generator/dense` for `generator`), else all.
 */
export function variablesOf(optimizer: string, { byName }: VariableTable): readonly tf.Variable[] {
  const own = Object.entries(byName).filter(([name]) => isOwnedBy(name, optimizer))
  return own.length > 0 ? own.map(([, variable]) => variable) : Object.values(byName)
}

/** The optimizer of each variable, by tfjs' name. @throws REG_OPTIMIZER_INVALID */
export function ownersOf({ byName }: VariableTable, optimizers: readonly string[]) {
  const owners = Object.entries(byName).map(([name, variable]) => {
    const owner = optimizers.find((optimizer) => isOwnedBy(name, optimizer))
    if (owner !== undefined || !variable.trainable) return [variable.name, owner ?? ''] as const
    return fail('REG_OPTIMIZER_INVALID.owner', { name, optimizers })
  })
  return new Map(owners)
}

const isOwnedBy = (variable: string, optimizer: string): boolean =>
  variable === optimizer || ['/', '.'].some((mark) => variable.startsWith(optimizer + mark))

const withNames = (gradients: tf.NamedTensorMap, nameOf: (name: string) => string) =>
  Object.fromEntries(Object.entries(gradients).map(([name, one]) => [nameOf(name), one]))

/** Gradients under the module's names. */
export const renamed = (gradients: tf.NamedTensorMap, { nameOf }: VariableTable) =>
  withNames(gradients, (name) => nameOf.get(name) ?? name)

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that is no variable's */
export function renamedBack(gradients: tf.NamedTensorMap, { byName }: VariableTable) {
  const unknown = (name: string) =>
    fail('REG_HOOK_VALUE.name', { name, names: Object.keys(byName) }, { hook: 'gradients' })
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

const tensorOf = ({ data, shape, dtype }: TensorData): tf.Tensor =>
  tf.tensor(data, shape as number[], dtype)

/** A new variable with the values of a copy, not trainable. */
export const variableOf = (copy: TensorData): tf.Variable =>
  tf.tidy(() => tf.variable(tensorOf(copy), false))

/** Gives a variable the values of a copy. */
export const assign = (variable: tf.Variable, copy: TensorData): void =>
  tf.tidy(() => variable.assign(tensorOf(copy)))

/** The tensors whose names begin with a prefix, without it. */
export function under(prefix: string, tensors: NamedTensorData): Record<string, TensorData> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, data]) => [name.slice(prefix.length), data]))
}

/**
 * Gives variables the values of a snapshot.
 *
 * @throws REG_CHECKPOINT_MISMATCH listing every name and shape that differs; nothing is changed then
 */
export function restoreVariables({ byName }: VariableTable, tensors: NamedTensorData): void {
  const saved = under('module/', tensors)
  const kind = (one?: TensorData | tf.Tensor) => (one ? `${one.dtype} [${one.shape}]` : 'missing')
  const differences = Object.keys({ ...byName, ...saved }).flatMap((name) => {
    const [there, here] = [kind(saved[name]), kind(byName[name])]
    return there === here ? [] : [`${quote(name)} is ${there} in the snapshot and ${here} here`]
  })
  if (differences.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.model', { differences: differences.join('; ') })
  for (const [name, copy] of Object.entries(saved)) assign(byName[name] as tf.Variable, copy)
}
