import { fail } from './errors.js'
import { MAX_DEPTH } from './shape.js'

/** JSON, and numbers that JSON lacks: NaN, the infinities and -0 are saved with a tag. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
type JsonObject = { readonly [key: string]: Json | undefined }

const TAG = '$number'
const TAGS: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0']

/**
 * A value in a form that `JSON.stringify` keeps exactly.
 *
 * @param place what the value is, for the error's text
 * @throws REG_STATE_INVALID for anything that is not Json: functions, class instances, cycles
 */
export function encodeJson(
  value: unknown,
  place: string,
  above: readonly unknown[] = [],
): Json {
  const refuse = (found: string) => fail('REG_STATE_INVALID.value', { place, found })
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (typeof value === 'number') return encodeNumber(value)
  if (typeof value !== 'object') return refuse(`a ${typeof value}`)
  if (above.includes(value)) return refuse('a cycle')
  if (above.length >= MAX_DEPTH) return refuse(`nested deeper than ${MAX_DEPTH} levels`)
  const inner = (item: unknown, key: string) =>
    encodeJson(item, place + key, [...above, value])
  if (Array.isArray(value)) return value.map((item, index) => inner(item, `[${index}]`))
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return refuse(`an instance of ${value.constructor?.name ?? 'a class'}`)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const coded = Object.fromEntries(
    entries.map(([key, item]) => [key, inner(item, `.${key}`)]),
  )
  return isLikeTagged(coded) ? { [TAG]: [coded[TAG] as Json] } : coded
}

function encodeNumber(value: number): Json {
  if (Object.is(value, -0)) return { [TAG]: '-0' }
  return Number.isFinite(value) ? value : { [TAG]: String(value) }
}

/** The value that {@link encodeJson} encoded. */
export const decodeJson = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_, item) => {
    if (!isTagged(item)) return item
    return typeof item[TAG] === 'string' ? Number(item[TAG]) : { [TAG]: item[TAG][0] }
  })

/** Whether a value looks like a tagged number; a user's object that looks the same is wrapped in a list. */
const isLikeTagged = (value: unknown) =>
  typeof value === 'object' && Object.keys(value ?? {}).join() === TAG

/** Whether a value is what {@link encodeJson} makes of a number, or of such an object. */
function isTagged(value: unknown): value is { readonly [TAG]: string | readonly [Json] } {
  if (!isLikeTagged(value)) return false
  const tag: unknown = (value as JsonObject)[TAG]
  return Array.isArray(tag) ? tag.length === 1 : TAGS.includes(tag as string)
}
