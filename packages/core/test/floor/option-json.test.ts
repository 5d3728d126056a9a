import { expect, it } from 'vitest'
import { objectSchema } from '../../src/floor/option-json.js'
import type { AnyOptionKind } from '../../src/floor/option-kind.js'
import { count, flag, func, number, oneOf, text } from '../../src/floor/option-kinds.js'

it('an object without options has no properties, and no others either', () => {
  expect(objectSchema({})).toEqual({ type: 'object', properties: {}, additionalProperties: false })
})

it.each<[kind: AnyOptionKind, property: Readonly<Record<string, unknown>> | undefined]>([
  [count(), { type: 'integer', minimum: 0 }],
  [count().default(0), { type: 'integer', minimum: 0, default: 0 }],
  [number().default(-0.5), { type: 'number', default: -0.5 }],
  // JSON has no infinities.
  [count().orInfinity().default(Number.POSITIVE_INFINITY), { type: 'integer', minimum: 0 }],
  [flag().default(false), { type: 'boolean', default: false }],
  [text().default('a').describe('a word'), expect.objectContaining({ description: 'a word' })],
  [text().otherwise('the name of the run'), { type: 'string', minLength: 1 }],
  [oneOf('min', 'max').default('min'), { enum: ['min', 'max'], default: 'min' }],
  // A function is nothing that JSON can say.
  [func(), undefined],
])('a property for what JSON can say: %#', (kind, property) => {
  expect(objectSchema({ it: kind }).properties).toEqual(property ? { it: property } : {})
})

it('required options are listed, where there are some', () => {
  const fields = { file: text().required(), call: func().required(), size: count() }
  expect(objectSchema(fields).required).toEqual(['file', 'call'])
  expect(objectSchema({ size: count() })).not.toHaveProperty('required')
})
