import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import type { VariableTable } from './variables.js'

/**
 * The variables that an optimizer changes: those named like it, or with its name as the first part
 * (`generator/dense` for `generator`); the longest optimizer's name wins. All variables if no optimizer
 * has any.
 *
 * @throws REG_OPTIMIZER_INVALID if only other optimizers have variables
 */
export function variablesOf(
  optimizer: string,
  { byName }: VariableTable,
  optimizers: readonly string[],
): readonly tf.Variable[] {
  const names = Object.keys(byName)
  const owned = Object.entries(byName).filter(
    ([name]) => ownerOf(name, optimizers) === optimizer,
  )
  if (owned.length > 0) return owned.map(([, variable]) => variable)
  const isDivided = names.some((name) => ownerOf(name, optimizers) !== undefined)
  if (isDivided) fail('REG_OPTIMIZER_INVALID.none', { optimizer, variables: names })
  return Object.values(byName)
}

/** The optimizer of each variable, by tfjs' name. @throws REG_OPTIMIZER_INVALID */
export function ownersOf({ byName }: VariableTable, optimizers: readonly string[]) {
  const owners = new Map<string, string>()
  const names = new Map<string, string>()
  for (const [name, variable] of Object.entries(byName)) {
    const owner = ownerOf(name, optimizers) ?? ''
    if (owner === '' && variable.trainable)
      fail('REG_OPTIMIZER_INVALID.owner', { variable: name, optimizers })
    const other = names.get(variable.name)
    if (other !== undefined && owners.get(variable.name) !== owner)
      fail('REG_OPTIMIZER_INVALID.shared', { variable: other, other: name, optimizers })
    names.set(variable.name, name)
    owners.set(variable.name, owner)
  }
  for (const optimizer of optimizers) {
    const hasVariables = [...owners.values()].includes(optimizer)
    const variables = Object.keys(byName)
    if (!hasVariables) fail('REG_OPTIMIZER_INVALID.none', { optimizer, variables })
  }
  return owners
}

/** The optimizer whose name a variable's name begins with: the longer of `base` and `base/head`. */
const ownerOf = (variable: string, optimizers: readonly string[]): string | undefined =>
  optimizers
    .filter((optimizer) => isOwnedBy(variable, optimizer))
    .reduce<string | undefined>(
      (longest, name) =>
        longest !== undefined && longest.length >= name.length ? longest : name,
      undefined,
    )

const isOwnedBy = (variable: string, optimizer: string): boolean =>
  variable === optimizer ||
  ['/', '.'].some((mark) => variable.startsWith(optimizer + mark))
