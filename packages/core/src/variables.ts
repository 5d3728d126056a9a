import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core'
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
  const named = Array.isArray(given) && given.map((variable) => [variable?.name, variable])
  const entries = (named || Object.entries(given ?? {})) as [string, Variable][]
  const isVariable = (value: unknown) => isTensor(value) && 'assign' in value
  if (entries.length === 0 || !entries.every(([, variable]) => isVariable(variable)))
    fail('REG_MODULE_INVALID.variables', { given })
  const byName: Readonly<Record<string, Variable>> = Object.fromEntries(entries)
  return { byName, nameOf: new Map(entries.map(([name, variable]) => [variable.name, name])) }
}

/**
 * The variables that an optimizer changes: those whose name is its own or begins with it (`generator/dense` for `generator`), else all.
 */
export function variablesOf(optimizer: string, { byName }: VariableTable): readonly Variable[] {
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

/** Gradients under the module's names. */
export function renamed(gradients: NamedTensorMap, { nameOf }: VariableTable): NamedTensorMap {
  const entries = Object.entries(gradients)
  return Object.fromEntries(entries.map(([name, tensor]) => [nameOf.get(name) ?? name, tensor]))
}

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that is no variable's */
export function renamedBack(gradients: NamedTensorMap, { byName }: VariableTable): NamedTensorMap {
  const entries = Object.entries(gradients).map(([name, tensor]) => {
    const variable = byName[name]
    if (!variable)
      fail('REG_HOOK_VALUE.name', { name, names: Object.keys(byName) }, { hook: 'gradients' })
    return [variable.name, tensor]
  })
  return Object.fromEntries(entries)
}

/** Copies a tensor. Cost: waits for the device. */
export async function copyTensor(tensor: tf.Tensor): Promise<TensorData> {
  const data = (await tensor.data()).slice() as TensorData['data']
  return { dtype: tensor.dtype as TensorData['dtype'], shape: tensor.shape.slice(), data }
}

/** A new tensor with the values of a copy. The caller disposes of it. */
export const tensorOf = ({ data, shape, dtype }: TensorData): tf.Tensor =>
  tf.tensor(data, shape as number[], dtype)

/** The entries whose names begin with a prefix, without it. */
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
  const kindOf = (value?: { readonly dtype: string; readonly shape: readonly number[] }) =>
    value ? `${value.dtype} [${value.shape}]` : 'missing'
  const differences = Object.keys({ ...byName, ...saved }).flatMap((name) => {
    const [there, here] = [kindOf(saved[name]), kindOf(byName[name])]
    return there === here ? [] : [`${quote(name)} is ${there} in the snapshot and ${here} here`]
  })
  if (differences.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.model', { differences: differences.join('; ') })
  for (const [name, data] of Object.entries(saved))
    tf.tidy(() => byName[name]?.assign(tensorOf(data)))
}
