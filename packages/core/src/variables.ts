import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { RegimenError } from './errors.js'
import { quote, quoteAll } from './nearest.js'
import { type NamedTensorData, tensorOf, under } from './snapshot.js'

/** The variables of a module by the module's names, and the way back from tfjs' names. */
export interface VariableTable {
  readonly byName: Readonly<Record<string, Variable>>
  /** The module's name of a tfjs variable name. */
  readonly nameOf: ReadonlyMap<string, string>
}

/** The table of what a module's `variables()` gave. @throws REG_MODULE_INVALID */
export function tableOf(given: unknown): VariableTable {
  const named = Array.isArray(given)
    ? given.map((variable) => [variable?.name, variable])
    : undefined
  const entries = (named ?? Object.entries(given ?? {})) as [string, Variable][]
  const isVariable = (value: unknown) => isTensor(value) && 'assign' in value
  if (entries.length === 0 || !entries.every(([, variable]) => isVariable(variable))) {
    const advice = "return the model's tf.Variables as a list or by name"
    throw new RegimenError('REG_MODULE_INVALID', `variables() returned ${quote(given)}; ${advice}.`)
  }
  const nameOf = new Map(entries.map(([name, variable]) => [variable.name, name]))
  return { byName: Object.fromEntries(entries), nameOf }
}

/**
 * The variables that an optimizer changes: those that it was told, else those whose name is its own
 * or begins with it (`generator/dense` for `generator`), else all.
 */
export function variablesOf(
  optimizer: string,
  { byName }: VariableTable,
  given?: readonly Variable[],
): readonly Variable[] {
  const own = Object.entries(byName).filter(([name]) => isOwnedBy(name, optimizer))
  return given ?? (own.length > 0 ? own.map(([, variable]) => variable) : Object.values(byName))
}

/** Whether a variable's name says that it belongs to an optimizer. */
export function isOwnedBy(variable: string, optimizer: string): boolean {
  return variable === optimizer || ['/', '.'].some((mark) => variable.startsWith(optimizer + mark))
}

/** Gradients under the module's names. */
export function renamed(gradients: NamedTensorMap, { nameOf }: VariableTable): NamedTensorMap {
  const entries = Object.entries(gradients)
  return Object.fromEntries(entries.map(([name, tensor]) => [nameOf.get(name) ?? name, tensor]))
}

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that is no variable's */
export function renamedBack(gradients: NamedTensorMap, { byName }: VariableTable): NamedTensorMap {
  const entries = Object.entries(gradients).map(([name, tensor]) => {
    const variable = byName[name]
    if (variable) return [variable.name, tensor]
    const text = `A tap of "gradients" returned a gradient for ${quote(name)}, which is no variable.`
    const known = `Variables: ${quoteAll(Object.keys(byName))}.`
    throw new RegimenError('REG_HOOK_VALUE', `${text} ${known}`, { hook: 'gradients' })
  })
  return Object.fromEntries(entries)
}

/**
 * Gives variables the values of a snapshot.
 *
 * @throws REG_CHECKPOINT_MISMATCH listing every name and shape that differs; nothing is changed then
 */
export function restoreVariables({ byName }: VariableTable, tensors: NamedTensorData): void {
  const saved = under('module/', tensors)
  const kindOf = (value: { dtype: string; shape: readonly number[] } | undefined) =>
    value ? `${value.dtype} [${value.shape}]` : 'missing'
  const names = new Set([...Object.keys(byName), ...Object.keys(saved)])
  const differences = [...names].flatMap((name) => {
    const [there, here] = [kindOf(saved[name]), kindOf(byName[name])]
    return there === here ? [] : [`${quote(name)} is ${there} in the snapshot and ${here} here`]
  })
  if (differences.length > 0) {
    const text = `The snapshot is of another model: ${differences.join('; ')}.`
    throw new RegimenError('REG_CHECKPOINT_MISMATCH', text)
  }
  for (const [name, data] of Object.entries(saved)) {
    const value = tensorOf(data)
    byName[name]?.assign(value)
    value.dispose()
  }
}
