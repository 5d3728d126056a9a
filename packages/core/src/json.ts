import { RegimenError } from './errors.js'

/** What JSON can say, and numbers that it cannot: NaN, the infinities and -0 travel tagged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

const TAG = '$number'
const named: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
}

/**
 * A value in a form that `JSON.stringify` keeps exactly.
 *
 * @param place what the value is, for the error's text
 * @throws REG_STATE_INVALID for anything that is not Json: functions, class instances, cycles
 */
export function encodeJson(value: unknown, place: string): Json {
  return encode(value, place, new Set())
}

/** The value that {@link encodeJson} was given. */
export function decodeJson(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(decodeJson)
  const entries = Object.entries(value) as [string, Json][]
  const [first] = entries
  if (entries.length === 1 && first?.[0] === TAG) {
    const inner = first[1]
    if (typeof inner === 'string' && inner in named) return named[inner] as number
    return { [TAG]: decodeJson((inner as readonly Json[])[0] as Json) }
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, decodeJson(item)]))
}

function encode(value: unknown, place: string, above: Set<object>): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return encodeNumber(value)
    case 'object':
      if (value === null) return null
      return encodeObject(value, place, above)
    default:
      throw unfit(place, `a ${typeof value}`)
  }
}

function encodeNumber(value: number): Json {
  if (Object.is(value, -0)) return { [TAG]: '-0' }
  return Number.isFinite(value) ? value : { [TAG]: String(value) }
}

function encodeObject(value: object, place: string, above: Set<object>): Json {
  if (above.has(value)) throw unfit(place, 'a cycle')
  above.add(value)
  try {
    if (Array.isArray(value)) {
      return value.map((item, index) => encode(item, `${place}[${index}]`, above))
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      throw unfit(place, `an instance of ${value.constructor?.name ?? 'a class'}`)
    }
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    const coded = entries.map(
      ([key, item]) => [key, encode(item, `${place}.${key}`, above)] as const,
    )
    const plain = Object.fromEntries(coded)
    return entries.length === 1 && entries[0]?.[0] === TAG ? { [TAG]: [plain[TAG] as Json] } : plain
  } finally {
    above.delete(value)
  }
}

function unfit(place: string, found: string): RegimenError {
  return new RegimenError(
    'REG_STATE_INVALID',
    `${place} is ${found}; state is made of null, booleans, numbers, strings, arrays and plain objects. Convert it in saveState and back in loadState.`,
  )
}
