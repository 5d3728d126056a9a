import { fail } from './errors.js'
import { MAX_DEPTH } from './shape.js'

/** What JSON can say, and numbers that it cannot: NaN, the infinities and -0 travel tagged. */
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
export function encodeJson(value: unknown, place: string, above: readonly unknown[] = []): Json {
  const refuse = (found: string) => fail('REG_STATE_INVALID.value', { place, found })
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return encodeNumber(value)
  if (typeof value !== 'object') return refuse(`a ${typeof value}`)
  if (above.includes(value)) return refuse('a cycle')
  if (above.length >= MAX_DEPTH) return refuse(`nested deeper than ${MAX_DEPTH} levels`)
  const inner = (item: unknown, at: string) => encodeJson(item, place + at, [...above, value])
  if (Array.isArray(value)) return value.map((item, index) => inner(item, `[${index}]`))
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return refuse(`an instance of ${value.constructor?.name ?? 'a class'}`)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const coded = Object.fromEntries(entries.map(([key, item]) => [key, inner(item, `.${key}`)]))
  return isLikeTagged(coded) ? { [TAG]: [coded[TAG] as Json] } : coded
}

function encodeNumber(value: number): Json {
  if (Object.is(value, -0)) return { [TAG]: '-0' }
  return Number.isFinite(value) ? value : { [TAG]: String(value) }
}

/** The value that {@link encodeJson} was given. */
export const decodeJson = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_, item) => {
    if (!isTagged(item)) return item
    return typeof item[TAG] === 'string' ? Number(item[TAG]) : { [TAG]: item[TAG][0] }
  })

/** Whether it looks like a tagged number; the user's own object of that look is put into a list. */
const isLikeTagged = (one: unknown) =>
  typeof one === 'object' && Object.keys(one ?? {}).join() === TAG

/** Whether it is what {@link encodeJson} makes of a number, or of such an object. */
function isTagged(one: unknown): one is { readonly [TAG]: string | readonly [Json] } {
  if (!isLikeTagged(one)) return false
  const tag: unknown = (one as JsonObject)[TAG]
  return Array.isArray(tag) ? tag.length === 1 : TAGS.includes(tag as string)
}
