import type { ParameterRecord } from '../writer/records.js'

type Value = ParameterRecord['value']

const SECRET =
  /(api[-_]?key|authorization|passw(or)?d|passphrase|secret|credential|(^|[-_/])token$|[a-z]Token$|auth[-_]?token)/i
const DEEPEST = 20

/**
 * Hyperparameters with every nested name spelt out, `optimizer/rate`. Lists become their JSON text;
 * dates, addresses, errors, patterns and other objects that have a text of their own become that;
 * `undefined` is left out; a circle ends in `[Circular]`. The value of a name that looks secret becomes
 * `***`. The caller's object is only read.
 */
export function flatten(values: object): { names: string[]; values: Value[] } {
  const result = { names: [] as string[], values: [] as Value[] }
  const visit = (name: string, value: unknown, above: readonly object[]): void => {
    const plain = plainOf(value, above)
    if (plain === undefined) return
    if (typeof plain !== 'object' || plain === null) {
      result.names.push(name)
      result.values.push(SECRET.test(name) && plain !== null ? '***' : plain)
      return
    }
    const entries = Object.entries(plain)
    if (entries.length === 0 && name !== '') visit(name, '{}', above)
    for (const [key, inner] of entries) {
      visit(name === '' ? key : `${name}/${key}`, inner, [...above, plain])
    }
  }
  visit('', values, [])
  return result
}

/** A value that can be logged, an object to descend into, or nothing. */
function plainOf(value: unknown, above: readonly object[]): Value | object | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (typeof value === 'number') return value
  if (value === undefined) return undefined
  if (typeof value === 'function') return `[Function ${value.name || 'anonymous'}]`
  if (typeof value !== 'object') return String(value)
  if (above.includes(value)) return '[Circular]'
  if (above.length > DEEPEST) return '[Nested too deeply]'
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return listText(value, above)
  if (value instanceof Map) return entriesOf(value)
  if (value instanceof Set) return listText([...value], above)
  return ownText(value) ?? value
}

/**
 * The text of an object that is more than a bag of values: a class says it by a `toString` of its
 * own. Nothing for plain objects and instances that only hold values.
 */
function ownText(value: object): string | undefined {
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return undefined
  const { dtype, shape } = value as { dtype?: unknown; shape?: unknown }
  // The text of a tensor would wait for the device.
  if (typeof dtype === 'string' && Array.isArray(shape))
    return `[${dtype} tensor of ${shape.join('x') || 'one value'}]`
  const { toString: write } = value
  if (typeof write === 'function' && write !== Object.prototype.toString)
    return textBy(value)
  return Object.keys(value).length === 0
    ? `[${value.constructor?.name || 'object'}]`
    : undefined
}

function textBy(value: object): string {
  try {
    return String(value)
  } catch {
    return `[${value.constructor?.name || 'object'}]`
  }
}

/** A map as an object, whose keys may be anything. */
const entriesOf = (map: ReadonlyMap<unknown, unknown>): object =>
  Object.fromEntries(
    [...map].map(([key, value]) => [String(plainOf(key, []) ?? ''), value]),
  )

function listText(list: unknown, above: readonly object[]): string {
  const seen = [...above]
  const values = ArrayBuffer.isView(list) ? Array.from(list as Float32Array) : list
  try {
    return JSON.stringify(values, function (this: unknown, key, value: unknown) {
      if (key !== '' && SECRET.test(key) && !Array.isArray(this)) return '***'
      if (typeof value === 'bigint' || typeof value === 'function') return String(value)
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
      if (typeof value === 'symbol') return String(value)
      if (typeof value === 'object' && value !== null) {
        if (value instanceof Map) return entriesOf(value)
        if (value instanceof Set) return [...value]
        const text =
          Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : ownText(value)
        if (text !== undefined) return text
        while (seen.length > above.length && seen.at(-1) !== this) seen.pop()
        if (seen.includes(value)) return '[Circular]'
        seen.push(value)
      }
      return value
    })
  } catch (thrown) {
    return `[${thrown instanceof Error ? thrown.message : String(thrown)}]`
  }
}
