import type * as tf from '@tensorflow/tfjs-core'
import { isVariable } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * The saved form of a text or key in an optimizer's state. The names and ids of tfjs differ in the next
 * process: the module's name of the variable replaces them. `{ variable }` alone is the variable itself.
 */
export type SavedName =
  | string
  | number
  | {
      readonly variable: string
      readonly before?: string
      readonly after?: string
      /** The id of the variable, as a number or as a text. */
      readonly id?: 'number' | 'text'
    }

const SEPARATORS = ['/', '.', ':', '_']

/** The saved form of a text, a number or a variable of the module; `undefined` for any other value. */
export function savedName(
  value: unknown,
  { nameOf }: VariableTable,
): SavedName | undefined {
  if (isVariable(value)) {
    const variable = nameOf.get(value.name)
    return variable === undefined ? undefined : { variable }
  }
  if (typeof value !== 'string') return typeof value === 'number' ? value : undefined
  let longest = ''
  for (const name of nameOf.keys())
    if (name.length > longest.length && isNamedIn(value, name)) longest = name
  const variable = nameOf.get(longest)
  if (variable === undefined) return value
  const start = value.startsWith(longest) ? 0 : value.length - longest.length
  return {
    variable,
    before: value.slice(0, start),
    after: value.slice(start + longest.length),
  }
}

const isNamedIn = (text: string, name: string): boolean =>
  text === name ||
  SEPARATORS.some((mark) => text.startsWith(name + mark) || text.endsWith(mark + name))

/** The value of a saved name in this process; `undefined` if the module has no such variable. */
export function currentName(
  saved: SavedName,
  { byName }: VariableTable,
): string | number | tf.Variable | undefined {
  if (typeof saved !== 'object') return saved
  const { variable, before, after, id } = saved
  const found = Object.hasOwn(byName, variable) ? byName[variable] : undefined
  if (found !== undefined && id !== undefined)
    return id === 'number' ? found.id : String(found.id)
  if (found === undefined || (before === undefined && after === undefined)) return found
  return (before ?? '') + found.name + (after ?? '')
}

/** A saved name as part of a tensor's name. */
export const labelOf = (saved: SavedName): string =>
  typeof saved === 'object'
    ? (saved.before ?? '') + saved.variable + (saved.after ?? '')
    : String(saved)
