import { describe, expect, test } from 'vitest'
import type { NestedNumbers } from '../src/columns.js'
import { flattenNested } from '../src/nested.js'

describe('flattenNested', () => {
  test.each<[NestedNumbers, number[], number[]]>([
    [[], [0], []],
    [[1, 2], [2], [1, 2]],
    [[[1, 2], [3, 4], [5, 6]], [3, 2], [1, 2, 3, 4, 5, 6]], // biome-ignore format: a table
    [[[[1], [2]], [[3], [4]]], [2, 2, 1], [1, 2, 3, 4]], // biome-ignore format: a table
  ])('reads %j as shape %j', (nested, shape, data) => {
    expect(flattenNested(nested, 'x')).toEqual({ shape, data: Float32Array.from(data) })
  })

  test.each<[unknown, string]>([
    [[[1, 2], [3]], 'Column "x" has an array of 1 in row 1 where an array of 2 belongs'],
    [[1, [2]], 'Column "x" has an array of 1 in row 1 where a number belongs'],
    [[[1], 2], 'Column "x" has 2 in row 1 where an array of 1 belongs'],
    [['a'], 'Column "x" has "a" in row 0 where a number belongs'],
    [[[1, null]], 'Column "x" has null in row 0 where a number belongs; give all rows the same'],
  ])('refuses %j', (nested, text) => {
    expect(() => flattenNested(nested as NestedNumbers, 'x')).toThrow(text)
  })
})
