import type * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import type { VariableTable } from './variables.js'

/**
 * The variables that an optimizer changes: those whose name is its own or begins with it
 * (`generator/dense` for `generator`) and with no longer one, else all where no optimizer has any.
 *
 * @throws REG_OPTIMIZER_INVALID where others have and it has none
 */
export function variablesOf(
  optimizer: string,
  { byName }: VariableTable,
  optimizers: readonly string[],
): readonly tf.Variable[] {
  const names = Object.keys(byName)
  const own = Object.entries(byName).filter(([name]) => ownerOf(name, optimizers) === optimizer)
  if (own.length > 0) return own.map(([, variable]) => variable)
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
    const hasOwn = [...owners.values()].includes(optimizer)
    const variables = Object.keys(byName)
    if (!hasOwn) fail('REG_OPTIMIZER_INVALID.none', { optimizer, variables })
  }
  return owners
}

/** The optimizer that a variable's name begins with: of `base` and `base/head` the longer one. */
const ownerOf = (variable: string, optimizers: readonly string[]): string | undefined =>
  optimizers
    .filter((optimizer) => isOwnedBy(variable, optimizer))
    .reduce<string | undefined>(
      (longest, one) => (longest !== undefined && longest.length >= one.length ? longest : one),
      undefined,
    )

const isOwnedBy = (variable: string, optimizer: string): boolean =>
  variable === optimizer || ['/', '.'].some((mark) => variable.startsWith(optimizer + mark))
