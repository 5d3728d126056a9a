import { expect, it } from 'vitest'
import { optionRows } from '../../src/config/option-rows.js'
import type { AnyOptionKind } from '../../src/floor/option-kind.js'
import { anything, count, every, flag, number, oneOf, text } from '../../src/floor/option-kinds.js'

it.each<[kind: AnyOptionKind, type: string, fallback: string]>([
  [count(), 'number', ''],
  [count().default(0), 'number', '0'],
  [number().default(-0.5), 'number', '-0.5'],
  [count().orInfinity().default(Number.POSITIVE_INFINITY), 'number', 'Infinity'],
  [flag().default(false), 'boolean', 'false'],
  [text().default('runs'), 'string', "'runs'"],
  [text().required(), 'string', 'required'],
  [text().otherwise('the name of the run'), 'string', 'the name of the run'],
  [oneOf('min', 'max').default('max'), "'min' | 'max'", "'max'"],
  [every().default({ steps: 50 }), 'Every', '{ steps: 50 }'],
  [anything().default([]), 'unknown', '[]'],
  [anything().default({}), 'unknown', '{}'],
  [anything().default(null), 'unknown', 'null'],
  [anything().default([1, ['a', { b: undefined }]]), 'unknown', "[1, ['a', { b: undefined }]]"],
])('an option as a row: %#', (kind, type, fallback) => {
  expect(optionRows({ fields: { it: kind } })).toEqual([
    { name: 'it', type, fallback, meaning: '' },
  ])
})

it('rows are in the order of the schema, with what each is for', () => {
  const fields = { b: count().describe('the second'), a: flag().describe('the first') }
  expect(optionRows({ fields }).map(({ name, meaning }) => [name, meaning])).toEqual([
    ['b', 'the second'],
    ['a', 'the first'],
  ])
})
