import { quote } from './quote.js'

/**
 * Returns what is wrong with a value, in the grammar of errors: `"meta.step" is -3; expected a
 * non-negative integer`; `undefined` if it is right.
 *
 * @param place name of the value in the text
 */
export type ShapeCheck = (value: unknown, place: string) => string | undefined

/** Levels that state may be nested. Only an attack goes deeper, and it would overflow the stack. */
export const MAX_DEPTH = 100

const wrong = (value: unknown, place: string, wanted: string): string =>
  `"${place}" is ${value === undefined ? 'missing' : quote(value)}; expected ${wanted}`

/** A value that a predicate accepts. */
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

/** An object with these fields; others are checked by `rest`, if present. */
const object =
  (fields: Readonly<Record<string, ShapeCheck>>, rest?: ShapeCheck): ShapeCheck =>
  (value, place) => {
    if (!isObject(value)) return wrong(value, place, 'an object')
    const fieldOf = (key: string) => (Object.hasOwn(value, key) ? value[key] : undefined)
    const fault = first(
      Object.entries(fields).map(([key, check]) =>
        check(fieldOf(key), `${place}.${key}`),
      ),
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
      const fault =
        key === '__proto__' ? forbidden(place) : check(item, `${place}.${key}`)
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

const forbidden = (place: string): string =>
  `"${place}" has the key "__proto__"; leave it out`

/** JSON of at most {@link MAX_DEPTH} levels. */
const json: ShapeCheck = (value, place) => jsonFault(value, place, 0)

function jsonFault(value: unknown, place: string, depth: number): string | undefined {
  if (depth > MAX_DEPTH)
    return `"${place.slice(0, 40)}…" is nested deeper than ${MAX_DEPTH} levels`
  if (Array.isArray(value)) {
    return first(
      value.map((item, index) => jsonFault(item, `${place}[${index}]`, depth + 1)),
    )
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
  const isPlain =
    value === null || typeof value === 'string' || typeof value === 'boolean'
  return isPlain || Number.isFinite(value)
    ? undefined
    : wrong(value, place, 'what JSON can say')
}

/**
 * Checks of data from outside, such as those of a checkpoint. Each returns what is wrong, or `undefined`.
 *
 * @example
 * const entry = shape.object({ file: shape.text, step: shape.count })
 * entry({ file: 'last', step: -3 }, 'files[0]')
 * // '"files[0].step" is -3; expected a non-negative integer'
 */
export const shape = {
  /** A safe non-negative integer. */
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
