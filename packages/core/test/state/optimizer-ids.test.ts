import type * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { savedId, savedNames } from '../../src/state/optimizer-ids.js'
import type { SavedName } from '../../src/state/optimizer-names.js'
import type { VariableTable } from '../../src/state/variables.js'

const variable = (name: string, id: number) => ({ name, id }) as tf.Variable
const table: VariableTable = {
  byName: { kernel: variable('dense', 7), bias: variable('3', 8) },
  nameOf: new Map([
    ['dense', 'kernel'],
    ['3', 'bias'],
  ]),
}
const id = (name: string, kind: 'number' | 'text'): SavedName => ({ variable: name, id: kind })
const whole = (name: string): SavedName => ({ variable: name, before: '', after: '' })

describe('the keys of a holder', () => {
  it.each<[keys: readonly unknown[], saved: readonly (SavedName | undefined)[]]>([
    [[], []],
    [[7], [id('kernel', 'number')]],
    [['7'], [id('kernel', 'text')]],
    [
      [8, 7],
      [id('bias', 'number'), id('kernel', 'number')],
    ],
    // Other numbers beside the ids of all variables, and texts beside ids.
    [
      [7, 8, 9],
      [id('kernel', 'number'), id('bias', 'number'), 9],
    ],
    [
      ['count', 7],
      ['count', id('kernel', 'number')],
    ],
    // Not all are ids, and one variable is left out.
    [
      [7, 9],
      [7, 9],
    ],
    // They count from 0: places.
    [
      [0, 7, 8],
      [0, 7, 8],
    ],
    // The texts are names.
    [['3'], [whole('bias')]],
    [['dense'], [whole('kernel')]],
    [
      [-7, Number.NaN, null],
      [-7, Number.NaN, undefined],
    ],
  ])('%o are saved as %o', (keys, saved) => {
    expect(savedNames(keys, table)).toEqual(saved)
  })
})

describe('a number under a key', () => {
  it.each<[value: unknown, key: string, saved: SavedName | undefined]>([
    [7, 'id', id('kernel', 'number')],
    [7, 'ids', id('kernel', 'number')],
    [8, 'variableId', id('bias', 'number')],
    [8, 'variable_id', id('bias', 'number')],
    [7, 'width', undefined],
    [7, 'Id2', undefined],
    [7, 'grid', undefined],
    [9, 'id', undefined],
    [0, 'id', undefined],
    [Number.NaN, 'id', undefined],
    ['7', 'id', undefined],
  ])('%o under %s is saved as %o', (value, key, saved) => {
    expect(savedId(value, { holder: {}, key, path: key }, table)).toEqual(saved)
  })

  it.each<[holder: readonly number[], path: string, isId: boolean]>([
    [[7, 8], 'order/0', true],
    [[7], 'order/0', false],
    [[7], 'ids/0', true],
    [[7, 7], 'order/0', false],
    [[7, 9], 'order/0', false],
  ])('in the list %o at %s: %o', (holder, path, isId) => {
    const saved = savedId(7, { holder, key: 0, path }, table)
    expect(saved).toEqual(isId ? id('kernel', 'number') : undefined)
  })
})
