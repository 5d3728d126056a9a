import { type SavedName, savedName } from './optimizer-names.js'
import type { VariableTable } from './variables.js'

/**
 * The forms in which the keys of one holder are saved, in their order; `undefined` for what has none.
 * Numbers among them that are ids of variables, which are others in the next process, are replaced by
 * the module's names.
 */
export function savedNames(
  keys: readonly unknown[],
  table: VariableTable,
): (SavedName | undefined)[] {
  const nameOfId = namesById(table)
  const numbers = keys.map((key) => (isDigits(key) ? Number(key) : undefined))
  const isById = areIds(keys.filter(isDigits), nameOfId, table)
  return keys.map((key, index) => {
    const variable = isById ? nameOfId.get(numbers[index] as number) : undefined
    if (variable === undefined) return savedName(key, table)
    return { variable, id: typeof key === 'number' ? 'number' : 'text' }
  })
}

/**
 * The form in which a number is saved that is the id of a variable: one under a key that says so, such
 * as `id` or `variableId`, or in a list of such ids. `undefined` for any other.
 */
export function savedId(
  value: unknown,
  { holder, key, path }: { readonly holder: object; readonly key: unknown; readonly path: string },
  table: VariableTable,
): SavedName | undefined {
  if (typeof value !== 'number') return undefined
  const nameOfId = namesById(table)
  const variable = nameOfId.get(value)
  if (variable === undefined) return undefined
  const called = Array.isArray(holder) ? path.split('/').at(-2) : key
  const isCalledId = /(^id|Id|_id)s?$/.test(String(called))
  return isCalledId || isListOfIds(holder, nameOfId) ? { variable, id: 'number' } : undefined
}

/** One number that is an id by chance may be a count; several different ones are ids. */
const isListOfIds = (holder: object, nameOfId: ReadonlyMap<number, string>): boolean =>
  Array.isArray(holder) &&
  holder.length > 1 &&
  new Set(holder).size === holder.length &&
  holder.every((item) => nameOfId.has(item))

/**
 * Whether the numbers among keys are ids: all are, or no variable of the module is left out. Those that
 * count from 0 are places, as no variable has the id 0. The texts may be tfjs' names instead, which are
 * numbers too.
 */
function areIds(
  keys: readonly (string | number)[],
  nameOfId: ReadonlyMap<number, string>,
  { nameOf }: VariableTable,
): boolean {
  const numbers = keys.map(Number)
  if (numbers.length === 0 || numbers.includes(0)) return false
  if (keys.every((key) => typeof key === 'string' && nameOf.has(key))) return false
  const areAll = numbers.every((number) => nameOfId.has(number))
  return areAll || [...nameOfId.keys()].every((id) => numbers.includes(id))
}

const isDigits = (key: unknown): key is string | number =>
  typeof key === 'number' || (typeof key === 'string' && /^\d+$/.test(key))

const namesById = ({ byName }: VariableTable): ReadonlyMap<number, string> =>
  new Map(Object.entries(byName).map(([name, { id }]) => [id, name]))
