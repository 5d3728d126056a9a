import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { modelDifferences } from './model-differences.js'
import { assign, isVariable, type NamedTensorData, under } from './tensor-data.js'

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
