import { describe, expect, test } from 'vitest'
import { checkState } from '../src/position.js'

const identity = { rows: 10, batchSize: 4, dropLast: false, shuffle: true }
const saved = { ...identity, seed: 1, epoch: 2, batch: 1 }
const check = { identity, seed: 1, size: 3 }

describe('checkState', () => {
  test('gives back a state of the same loader', () => {
    expect(checkState(saved, check)).toBe(saved)
    expect(checkState({ ...saved, seed: 5 }, { ...check, seed: undefined }).seed).toBe(5)
  })

  test.each([
    ['rows', 11],
    ['batchSize', 5],
    ['dropLast', true],
    ['seed', 2],
  ])('refuses a state with another %s', (key, value) => {
    const expected = { ...identity, seed: 1 }[key]
    expect(() => checkState({ ...saved, [key]: value }, check)).toThrow(
      `The state to restore was saved with ${key} ${value}, but this arrayLoader has ${key} ${expected}, so it would give other batches.`,
    )
  })

  test('refuses a state that was saved without shuffle', () => {
    expect(() => checkState({ ...saved, shuffle: false, seed: null }, check)).toThrow(
      'saved with shuffle false, but this arrayLoader has shuffle true',
    )
  })

  test.each([
    [null],
    [3],
    [{}],
    [{ ...saved, epoch: -1 }],
    [{ ...saved, batch: 0.5 }],
    [{ ...saved, seed: null }],
  ])('refuses %j, which is no state', (value) => {
    expect(() => checkState(value, check)).toThrow('give what state() of an arrayLoader returned.')
  })

  test('refuses a batch beyond the epoch', () => {
    expect(() => checkState({ ...saved, batch: 3 }, check)).toThrow(
      'The state to restore is at batch 3 of an epoch of 3;',
    )
  })
})
