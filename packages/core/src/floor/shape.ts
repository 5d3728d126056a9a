import { quote } from './quote.js'

/**
 * Says what is wrong with a value, in the grammar of errors: `"meta.step" is -3; expected a
 * non-negative integer`. Nothing where it is right.
 *
 * @param place what the value is called in the text
 */
export type ShapeCheck = (value: unknown, place: string) => string | undefined

/** Levels that state may be nested. Deeper than this only an attack is, and it would fill the stack. */
export const MAX_DEPTH = 100

const wrong = (value: unknown, place: string, wanted: string): string =>
  `"${place}" is ${value === undefined ? 'missing' : quote(value)}; expected ${wanted}`

/** A value that a predicate takes. */
const that =
  (wanted: string, isRight: (value: unknown) => boolean): ShapeCheck =>
  (value, place) =>
    isRight(value) ? undefined : wrong(value, place, wanted)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first fault of several checks. */
function first(faults: Iterable<string | undefined>): string | undefined {
  for (const fault of faults) if (fault !== undefined) return fault
  return undefined
}

/** An object with these fields; others are checked by `rest`, where there is one. */
const object =
  (fields: Readonly<Record<string, ShapeCheck>>, rest?: ShapeCheck): ShapeCheck =>
  (value, place) => {
    if (!isObject(value)) return wrong(value, place, 'an object')
    const own = (key: string) => (Object.hasOwn(value, key) ? value[key] : undefined)
    const fault = first(
      Object.entries(fields).map(([key, check]) => check(own(key), `${place}.${key}`)),
    )
    if (fault !== undefined || rest === undefined) return fault
    const others = Object.entries(value).filter(([key]) => !Object.hasOwn(fields, key))
    return record(rest)(Object.fromEntries(others), place)
  }

/** An object used as a table: any keys, values of one shape. */
const record =
  (check: ShapeCheck): ShapeCheck =>
  (value, place) => {
    if (!isObject(value)) return wrong(value, place, 'an object')
    for (const [key, item] of Object.entries(value)) {
      const fault = key === '__proto__' ? forbidden(place) : check(item, `${place}.${key}`)
      if (fault !== undefined) return fault
    }
    return undefined
  }

const list =
  (check: ShapeCheck): ShapeCheck =>
  (value, place) => {
    if (!Array.isArray(value)) return wrong(value, place, 'a list')
    return first(value.map((item, index) => check(item, `${place}[${index}]`)))
  }

const optional =
  (check: ShapeCheck): ShapeCheck =>
  (value, place) =>
    value === undefined ? undefined : check(value, place)

const orNull =
  (check: ShapeCheck): ShapeCheck =>
  (value, place) =>
    value === null ? undefined : check(value, place)

const forbidden = (place: string): string => `"${place}" has the key "__proto__"; leave it out`

/** What JSON can say, in no more than {@link MAX_DEPTH} levels. */
const json: ShapeCheck = (value, place) => jsonFault(value, place, 0)

function jsonFault(value: unknown, place: string, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return `"${place.slice(0, 40)}…" is nested deeper than ${MAX_DEPTH} levels`
  if (Array.isArray(value)) {
    return first(value.map((item, index) => jsonFault(item, `${place}[${index}]`, depth + 1)))
  }
  if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') return forbidden(place)
      if (item === undefined) continue
      const fault = jsonFault(item, `${place}.${key}`, depth + 1)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const isPlain = value === null || typeof value === 'string' || typeof value === 'boolean'
  return isPlain || Number.isFinite(value) ? undefined : wrong(value, place, 'what JSON can say')
}

/**
 * Checks of data that come from outside: a checkpoint's, an index's. Each says what is wrong, or
 * nothing.
 *
 * @example
 * const entry = shape.object({ file: shape.text, step: shape.count })
 * entry({ file: 'last', step: -3 }, 'files[0]')
 * // '"files[0].step" is -3; expected a non-negative integer'
 */
export const shape = {
  /** A safe integer from 0. */
  count: that(
    'a non-negative integer',
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  ),
  finite: that('a finite number', Number.isFinite),
  number: that('a number', (value) => typeof value === 'number'),
  text: that('a string', (value) => typeof value === 'string'),
  flag: that('true or false', (value) => typeof value === 'boolean'),
  json,
  that,
  object,
  record,
  list,
  optional,
  orNull,
} as const
