import type { NamedTensorMap, Optimizer, Variable } from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { RegimenError } from './errors.js'
import { quote, quoteAll } from './nearest.js'

/** The variables of a module by the module's names, and the way back from tfjs' names. */
export interface VariableTable {
  readonly byName: Readonly<Record<string, Variable>>
  /** The module's name of a tfjs variable name. */
  readonly nameOf: ReadonlyMap<string, string>
}

/**
 * Asks a module for its variables.
 *
 * @throws REG_MODULE_INVALID
 */
export function tableOf(given: unknown): VariableTable {
  const entries: [string, unknown][] = Array.isArray(given)
    ? given.map((variable: Variable) => [variable?.name, variable])
    : typeof given === 'object' && given !== null
      ? Object.entries(given)
      : []
  if (entries.length === 0) {
    throw new RegimenError(
      'REG_MODULE_INVALID',
      `variables() returned ${quote(given)}; return the model's tf.Variables as a list or by name.`,
    )
  }
  const byName: Record<string, Variable> = {}
  const nameOf = new Map<string, string>()
  for (const [name, variable] of entries) {
    if (!isVariable(variable)) {
      throw new RegimenError(
        'REG_MODULE_INVALID',
        `variables() returned ${quote(variable)} as ${quote(name)}, which is no tf.Variable.`,
      )
    }
    byName[name] = variable
    nameOf.set(variable.name, name)
  }
  return { byName, nameOf }
}

/**
 * The variables that an optimizer changes: those that it was told, else those whose name is its own
 * or begins with it, else all.
 */
export function variablesOf(
  optimizer: string,
  table: VariableTable,
  given?: readonly Variable[],
): readonly Variable[] {
  if (given) return given
  const entries = Object.entries(table.byName)
  const own = entries.filter(([name]) => isOwnedBy(name, optimizer))
  return (own.length > 0 ? own : entries).map(([, variable]) => variable)
}

/** Whether a variable's name says that it belongs to an optimizer. */
export function isOwnedBy(variable: string, optimizer: string): boolean {
  if (variable === optimizer) return true
  return variable.startsWith(`${optimizer}/`) || variable.startsWith(`${optimizer}.`)
}

/**
 * Divides the variables among the optimizers of a module that the trainer optimizes.
 *
 * @throws REG_OPTIMIZER_INVALID where one belongs to none of several
 */
export function divideVariables(
  optimizers: Readonly<Record<string, Optimizer>>,
  table: VariableTable,
): ReadonlyMap<string, string> | undefined {
  const names = Object.keys(optimizers)
  if (names.length === 1) return undefined
  const owners = new Map<string, string>()
  for (const [name, variable] of Object.entries(table.byName)) {
    const owner = names.find((optimizer) => isOwnedBy(name, optimizer))
    if (owner !== undefined) owners.set(variable.name, owner)
    else if (variable.trainable) {
      throw new RegimenError(
        'REG_OPTIMIZER_INVALID',
        `Variable ${quote(name)} belongs to none of the optimizers ${quoteAll(names)}; begin its name with one of these and a "/".`,
      )
    }
  }
  return owners
}

/** Gradients under the module's names. */
export function renamed(gradients: NamedTensorMap, table: VariableTable): NamedTensorMap {
  const named: NamedTensorMap = {}
  for (const name in gradients) {
    named[table.nameOf.get(name) ?? name] = gradients[name] as NamedTensorMap[string]
  }
  return named
}

/** Gradients under tfjs' names again. @throws REG_HOOK_VALUE for a name that is no variable's */
export function renamedBack(gradients: NamedTensorMap, table: VariableTable): NamedTensorMap {
  const named: NamedTensorMap = {}
  for (const name in gradients) {
    const variable = table.byName[name]
    if (!variable) {
      throw new RegimenError(
        'REG_HOOK_VALUE',
        `A tap of "gradients" returned a gradient for ${quote(name)}, which is no variable. Variables: ${quoteAll(Object.keys(table.byName))}.`,
        { hook: 'gradients' },
      )
    }
    named[variable.name] = gradients[name] as NamedTensorMap[string]
  }
  return named
}

function isVariable(value: unknown): value is Variable {
  return isTensor(value) && typeof (value as Partial<Variable>).assign === 'function'
}
