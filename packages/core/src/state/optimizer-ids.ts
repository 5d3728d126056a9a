import { type SavedName, savedName } from './optimizer-names.js'
import type { VariableTable } from './variables.js'

/**
 * The forms in which the keys of one holder are saved, in order; `undefined` for a key that cannot be
 * saved. Ids of variables differ in the next process: numbers that are ids are replaced by the module's
 * names.
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
 * The saved form of a number that is the id of a variable: under a key such as `id` or `variableId`, or
 * in a list of ids. `undefined` for any other value.
 */
export function savedId(
  value: unknown,
  {
    holder,
    key,
    path,
  }: { readonly holder: object; readonly key: unknown; readonly path: string },
  table: VariableTable,
): SavedName | undefined {
  if (typeof value !== 'number') return undefined
  const nameOfId = namesById(table)
  const variable = nameOfId.get(value)
  if (variable === undefined) return undefined
  const keyName = Array.isArray(holder) ? path.split('/').at(-2) : key
  const isNamedId = /(^id|Id|_id)s?$/.test(String(keyName))
  return isNamedId || isListOfIds(holder, nameOfId)
    ? { variable, id: 'number' }
    : undefined
}

/** A single number that equals an id may be a count; several different ones are ids. */
const isListOfIds = (holder: object, nameOfId: ReadonlyMap<number, string>): boolean =>
  Array.isArray(holder) &&
  holder.length > 1 &&
  new Set(holder).size === holder.length &&
  holder.every((item) => nameOfId.has(item))

/**
 * Whether the numbers among keys are ids: if all equal ids, or if every variable of the module is among
 * them. Numbers that count from 0 are indices, since no variable has the id 0. Texts may be names of
 * tfjs instead, which can be numbers too.
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
