import { fail } from './errors.js'

/** What JSON can say, and numbers that it cannot: NaN, the infinities and -0 travel tagged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
type JsonObject = { readonly [key: string]: Json | undefined }

const TAG = '$number'

/**
 * A value in a form that `JSON.stringify` keeps exactly.
 *
 * @param place what the value is, for the error's text
 * @throws REG_STATE_INVALID for anything that is not Json: functions, class instances, cycles
 */
export function encodeJson(value: unknown, place: string, above: readonly unknown[] = []): Json {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value
    return { [TAG]: value === 0 ? '-0' : String(value) }
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'object') return unfit(place, `a ${typeof value}`)
  if (above.includes(value)) return unfit(place, 'a cycle')
  const inside = [...above, value]
  if (Array.isArray(value)) {
    return value.map((item, index) => encodeJson(item, `${place}[${index}]`, inside))
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    return unfit(place, `an instance of ${value.constructor?.name ?? 'a class'}`)
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const isTagged = entries.length === 1 && entries[0]?.[0] === TAG
  const coded = entries.map(([key, item]) => {
    const inner = encodeJson(item, `${place}.${key}`, inside)
    return [key, isTagged ? [inner] : inner] as const
  })
  return Object.fromEntries(coded)
}

/** The value that {@link encodeJson} was given. */
export function decodeJson(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(decodeJson)
  const entries = Object.entries(value) as [string, Json][]
  const tagged = entries.length === 1 && entries[0]?.[0] === TAG ? entries[0][1] : undefined
  if (typeof tagged === 'string') return Number(tagged)
  if (Array.isArray(tagged)) return { [TAG]: decodeJson(tagged[0] as Json) }
  return Object.fromEntries(entries.map(([key, item]) => [key, decodeJson(item)]))
}

function unfit(place: string, found: string): never {
  const allowed = 'null, booleans, numbers, strings, arrays and plain objects'
  const advice = `state is made of ${allowed}. Convert it in saveState and back in loadState`
  return fail('REG_STATE_INVALID', `${place} is ${found}; ${advice}.`)
}
