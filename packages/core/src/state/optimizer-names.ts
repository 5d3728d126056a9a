import type * as tf from '@tensorflow/tfjs-core'
import { isVariable } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * A text or key of an optimizer's state as it is saved: tfjs' name of a variable in it, or its id, which
 * is another one in the next process, is replaced by the module's name. `{ variable }` alone is the
 * variable.
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

const MARKS = ['/', '.', ':', '_']

/** The form in which a text, a number or a variable of the module is saved; `undefined` for any other. */
export function savedName(given: unknown, { nameOf }: VariableTable): SavedName | undefined {
  if (isVariable(given)) {
    const variable = nameOf.get(given.name)
    return variable === undefined ? undefined : { variable }
  }
  if (typeof given !== 'string') return typeof given === 'number' ? given : undefined
  let longest = ''
  for (const name of nameOf.keys())
    if (name.length > longest.length && isNamedIn(given, name)) longest = name
  const variable = nameOf.get(longest)
  if (variable === undefined) return given
  const start = given.startsWith(longest) ? 0 : given.length - longest.length
  return { variable, before: given.slice(0, start), after: given.slice(start + longest.length) }
}

const isNamedIn = (text: string, name: string): boolean =>
  text === name || MARKS.some((mark) => text.startsWith(name + mark) || text.endsWith(mark + name))

/** What {@link savedName} was given, with the names of today; `undefined` where that variable is not here. */
export function nameToday(
  saved: SavedName,
  { byName }: VariableTable,
): string | number | tf.Variable | undefined {
  if (typeof saved !== 'object') return saved
  const { variable, before, after, id } = saved
  const own = Object.hasOwn(byName, variable) ? byName[variable] : undefined
  if (own !== undefined && id !== undefined) return id === 'number' ? own.id : String(own.id)
  if (own === undefined || (before === undefined && after === undefined)) return own
  return (before ?? '') + own.name + (after ?? '')
}

/** A saved name as a part of a tensor's name. */
export const labelOf = (saved: SavedName): string =>
  typeof saved === 'object'
    ? (saved.before ?? '') + saved.variable + (saved.after ?? '')
    : String(saved)
