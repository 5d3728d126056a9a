import { expect, it } from 'vitest'
import { meanRanks } from '../../src/regression/ranks.js'

it.each([
  [[], []],
  [
    [3, 1, 2],
    [3, 1, 2],
  ],
  [
    [5, 1, 5, 5],
    [3, 1, 3, 3],
  ],
  [
    [-1, -1],
    [1.5, 1.5],
  ],
])('of %j they are %j', (values, ranks) => expect(meanRanks(values)).toEqual(ranks))
