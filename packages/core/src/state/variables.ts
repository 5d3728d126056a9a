import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { modelDifferences } from './model-differences.js'
import { assign, isVariable, type NamedTensorData, under } from './tensor-data.js'

/** The variables of a module by the module's names, and the module's name for each name of tfjs. */
export type VariableTable = ReturnType<typeof tableOf>

/**
 * The table of what a module's `variables()` returned. Variables of a list are named by their index:
 * `0`, `1` and so on. The names of tfjs count the variables of the process: they would differ in a
 * second module or another process.
 *
 * @throws REG_MODULE_INVALID
 */
export function tableOf(variables: unknown) {
  const byName: Readonly<Record<string, tf.Variable>> = Object.fromEntries(
    Object.entries<tf.Variable>(Object(variables)),
  )
  const entries = Object.entries(byName)
  const isValid =
    entries.length > 0 && entries.every(([, variable]) => isVariable(variable))
  if (!isValid) fail('REG_MODULE_INVALID.variables', { found: variables })
  return {
    byName,
    nameOf: new Map(entries.map(([name, variable]) => [variable.name, name])),
  }
}

const withNames = (gradients: tf.NamedTensorMap, nameOf: (name: string) => string) =>
  Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [nameOf(name), gradient]),
  )

/** Gradients under the module's names. */
export const renamed = (gradients: tf.NamedTensorMap, { nameOf }: VariableTable) =>
  withNames(gradients, (name) => nameOf.get(name) ?? name)

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that no variable has */
export function renamedBack(gradients: tf.NamedTensorMap, { byName }: VariableTable) {
  const unknown = (variable: string) => {
    const values = { variable, variables: Object.keys(byName) }
    return fail('REG_HOOK_VALUE.name', values, { hook: 'gradients' })
  }
  return withNames(gradients, (name) => byName[name]?.name ?? unknown(name))
}

/**
 * Restores the values of variables from a snapshot.
 *
 * @param source the snapshot's name, for the error: see `sourceOf`
 * @throws REG_CHECKPOINT_MISMATCH with what differs; then no variable has been changed
 */
export function restoreVariables(
  { byName }: VariableTable,
  tensors: NamedTensorData,
  source: string,
): void {
  const saved = under('module/', tensors)
  const differences = modelDifferences(saved, byName)
  if (differences) fail('REG_CHECKPOINT_MISMATCH.model', { source, differences })
  for (const [name, copy] of Object.entries(saved))
    assign(byName[name] as tf.Variable, copy)
}
