import type * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { currentName, labelOf, type SavedName, savedName } from '../../src/state/optimizer-names.js'
import type { VariableTable } from '../../src/state/variables.js'

/** A table of variables by the module's names, each with its name and id in this process. */
function tableOf(names: Readonly<Record<string, readonly [name: string, id: number]>>) {
  const entries = Object.entries(names)
  const variables = entries.map(([key, [name, id]]) => [key, { name, id } as tf.Variable] as const)
  const nameOf = new Map(entries.map(([key, [name]]) => [name, key]))
  return { byName: Object.fromEntries(variables), nameOf } satisfies VariableTable
}

const table = tableOf({ kernel: ['dense_1', 7], bias: ['dense_11', 8] })
const next = tableOf({ kernel: ['dense_5', 70], bias: ['dense_55', 80] })

describe('a name is saved by the module, and is that of today again', () => {
  it.each<[given: string, saved: SavedName, today: string]>([
    ['dense_1', { variable: 'kernel', before: '', after: '' }, 'dense_5'],
    ['dense_1/m', { variable: 'kernel', before: '', after: '/m' }, 'dense_5/m'],
    ['m.dense_1', { variable: 'kernel', before: 'm.', after: '' }, 'm.dense_5'],
    // The longest name that fits, and only with a mark behind it.
    ['dense_11/m', { variable: 'bias', before: '', after: '/m' }, 'dense_55/m'],
    ['dense_111', 'dense_111', 'dense_111'],
    ['mdense_1', 'mdense_1', 'mdense_1'],
    ['', '', ''],
    ['__proto__', '__proto__', '__proto__'],
  ])('%s', (given, saved, today) => {
    expect(savedName(given, table)).toEqual(saved)
    expect(currentName(saved, next)).toBe(today)
  })

  it.each([0, -0, 7, Number.NaN])('the number %d stays', (number) => {
    expect(savedName(number, table)).toBe(number)
    expect(currentName(number, next)).toBe(number)
  })

  it.each([null, undefined, true, {}, Symbol('a')])('%o has no form', (given) => {
    expect(savedName(given, table)).toBeUndefined()
  })
})

it.each<[saved: SavedName, today: unknown, label: string]>([
  [{ variable: 'kernel' }, next.byName.kernel, 'kernel'],
  [{ variable: 'kernel', id: 'number' }, 70, 'kernel'],
  [{ variable: 'kernel', id: 'text' }, '70', 'kernel'],
  [{ variable: 'kernel', before: 'm/' }, 'm/dense_5', 'm/kernel'],
  [{ variable: 'gone' }, undefined, 'gone'],
  [{ variable: 'gone', after: '/m' }, undefined, 'gone/m'],
  [{ variable: 'toString', id: 'number' }, undefined, 'toString'],
  [{ variable: '__proto__', after: '' }, undefined, '__proto__'],
  [0, 0, '0'],
])('%o is %o today, and %s in the name of a tensor', (saved, today, label) => {
  expect(currentName(saved, next)).toBe(today)
  expect(labelOf(saved)).toBe(label)
})
