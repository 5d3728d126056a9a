import { type Every, everyFault, isEvery } from './every.js'
import type { JsonSchema, NumberRange } from './number-range.js'
import { accept, faultOf, OptionKind, ranged } from './option-kind.js'
import { quote } from './quote.js'

/** A non-negative integer; with `.from(1)` a positive one. */
export const count = (): OptionKind<number> => integer().from(0)

/** A safe integer. */
export const integer = (): OptionKind<number> => numeric({ isInteger: true })

/** A finite number; bounds by `.from`, `.upTo`, `.above` and `.below`. */
export const number = (): OptionKind<number> => numeric({})

/** A non-negative number, such as seconds. */
export const amount = (): OptionKind<number> => number().from(0)

const numeric = (range: NumberRange): OptionKind<number> =>
  ranged({ type: 'number' }, range)

/** A non-empty string. */
export function text<Text extends string = string>(): OptionKind<Text> {
  return custom<Text>({
    wanted: 'a non-empty string',
    type: 'string',
    json: { type: 'string', minLength: 1 },
    isRight: (value) => typeof value === 'string' && value !== '',
  })
}

/** The path of a file or folder. */
export const path = (): OptionKind<string> => text().expecting('a path')

/** `true` or `false`. */
export const flag = (): OptionKind<boolean> =>
  custom({
    wanted: 'true or false',
    type: 'boolean',
    json: { type: 'boolean' },
    isRight: (value) => typeof value === 'boolean',
  })

/** One of some values. */
export function oneOf<const Values extends readonly (string | number | boolean)[]>(
  ...values: Values
): OptionKind<Values[number]> {
  return custom<Values[number]>({
    wanted: listed(values.map(quote)),
    type: values.map(written).join(' | '),
    json: { enum: values },
    isRight: (value) => (values as readonly unknown[]).includes(value),
  })
}

/** When something happens: `{ steps: n }`, `{ epochs: n }` or `{ seconds: n }`. */
export function every(): OptionKind<Every> {
  const { expected } = everyFault(undefined)
  const amountOf = (unit: string, schema: JsonSchema) => ({
    type: 'object',
    properties: { [unit]: schema },
    required: [unit],
    additionalProperties: false,
  })
  const whole = { type: 'integer', minimum: 0 }
  const share = { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }
  const units = [
    amountOf('steps', whole),
    amountOf('epochs', { anyOf: [whole, share] }),
    amountOf('seconds', { type: 'number', minimum: 0 }),
  ]
  return new OptionKind({
    wanted: expected,
    type: 'Every',
    json: { oneOf: units },
    read(found, option, report) {
      if (isEvery(found)) return found
      const { foundText, hint } = everyFault(found)
      report({ ...faultOf(option, found, expected, hint), foundText })
      return undefined
    },
  })
}

/** A function. */
export const func = <Call extends (...values: never) => unknown>(): OptionKind<Call> =>
  custom<Call>({
    wanted: 'a function',
    type: 'function',
    isRight: (value) => typeof value === 'function',
  })

/** An object of any class with some methods: a stream has `write`. */
export function having<Value extends object>(
  ...methods: readonly (keyof Value & string)[]
): OptionKind<Value> {
  const words = methods.length === 1 ? 'the method' : 'the methods'
  const wanted = `an object with ${words} ${methods.map(quote).join(', ')}`
  return new OptionKind({
    wanted,
    type: 'object',
    read(found, option, report) {
      const isObject = typeof found === 'object' && found !== null
      const held = (isObject ? found : {}) as Partial<Value>
      const lacking = methods.filter((name) => typeof held[name] !== 'function')
      if (isObject && lacking.length === 0) return found
      const fault = faultOf(option, found, wanted)
      const foundText = `an object without ${lacking.map(quote).join(', ')}`
      report(isObject ? { ...fault, foundText } : fault)
      return undefined
    },
  })
}

/** Any value: it is checked elsewhere. */
export const anything = <Value>(): OptionKind<Value> =>
  custom<Value>({ wanted: 'any value', type: 'unknown', json: {}, isRight: () => true })

/** A kind of option that this file lacks. */
export interface CustomKind {
  /** What is expected, in words that follow "expected". */
  readonly wanted: string
  /** The type as TypeScript writes it, for tables. */
  readonly type: string
  /** The JSON schema; absent if JSON cannot express it. */
  readonly json?: JsonSchema
  readonly isRight: (value: unknown) => boolean
}

/** A value that a predicate accepts. */
export const custom = <Value>({
  wanted,
  type,
  json,
  isRight,
}: CustomKind): OptionKind<Value> =>
  new OptionKind({ wanted, type, json, read: accept(isRight, wanted) })

/** `"a", "b" or "c"`. */
const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ')

/** A value as TypeScript writes it. */
const written = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : String(value)
