import type * as tf from '@tensorflow/tfjs-core'
import { fail } from './errors.js'
import type { VariableTable } from './variables.js'

/**
 * The variables that an optimizer changes: those whose name is its own or begins with it
 * (`generator/dense` for `generator`), else all where no optimizer has any of its own.
 *
 * @throws REG_OPTIMIZER_INVALID where others have and it has none
 */
export function variablesOf(
  optimizer: string,
  { byName }: VariableTable,
  optimizers: readonly string[],
): readonly tf.Variable[] {
  const names = Object.keys(byName)
  const own = Object.entries(byName).filter(([name]) => isOwnedBy(name, optimizer))
  if (own.length > 0) return own.map(([, variable]) => variable)
  const isDivided = names.some((name) => optimizers.some((other) => isOwnedBy(name, other)))
  if (isDivided) fail('REG_OPTIMIZER_INVALID.none', { optimizer, variables: names })
  return Object.values(byName)
}

/** The optimizer of each variable, by tfjs' name. @throws REG_OPTIMIZER_INVALID */
export function ownersOf({ byName }: VariableTable, optimizers: readonly string[]) {
  const owners = Object.entries(byName).map(([name, variable]) => {
    const owner = optimizers.find((optimizer) => isOwnedBy(name, optimizer))
    if (owner !== undefined || !variable.trainable) return [variable.name, owner ?? ''] as const
    return fail('REG_OPTIMIZER_INVALID.owner', { variable: name, optimizers })
  })
  for (const optimizer of optimizers) {
    const hasOwn = owners.some(([, owner]) => owner === optimizer)
    const variables = Object.keys(byName)
    if (!hasOwn) fail('REG_OPTIMIZER_INVALID.none', { optimizer, variables })
  }
  return new Map(owners)
}

const isOwnedBy = (variable: string, optimizer: string): boolean =>
  variable === optimizer || ['/', '.'].some((mark) => variable.startsWith(optimizer + mark))
