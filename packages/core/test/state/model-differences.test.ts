import { describe, expect, it } from 'vitest'
import { modelDifferences } from '../../src/index.js'

const kind = (...shape: number[]) => ({ dtype: 'float32', shape })
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`w${index}`, kind(1)]))

describe('how a saved model differs', () => {
  it('is nothing where it does not', () => {
    expect(modelDifferences({ a: kind(2), b: kind() }, { b: kind(), a: kind(2) })).toBeUndefined()
  })

  it.each([
    [{ a: kind(1) }, {}, 'not here (1): "a"'],
    [{}, { a: kind(1) }, 'missing in it (1): "a"'],
    [
      { a: kind(1), b: kind(2) },
      { a: kind(3), b: { dtype: 'int32', shape: [2] } },
      'of another shape or dtype (2): "a" is float32 [1] in it and float32 [3] here, "b" is float32 [2] in it and int32 [2] here',
    ],
    [many(9), {}, 'not here (9): "w0", "w1", "w2" and 6 more'],
    [{ constructor: kind(1) }, {}, 'not here (1): "constructor"'],
    [{ a: kind(1) }, { b: kind(1) }, 'missing in it (1): "b"; not here (1): "a"'],
  ])('%j and %j: %s', (saved, here, text) => {
    expect(modelDifferences(saved, here)).toBe(text)
  })
})
