import { expect, it } from 'vitest'
import type { Operation } from '../../src/capture/recording.js'
import { usedOperations } from '../../src/capture/used-operations.js'
import { Op } from '../../src/engine/op.js'
import { operation, product, unary } from '../support/operations.js'

const [a, b, c] = [unary(1, 0), unary(2, 1), unary(3, 1)]
const two = operation(Op.softmax, { writes: [4, 5], reads: [1] })

it.each<[string, Operation[], number[], Operation[]]>([
  ['nothing is needed', [a, b], [], []],
  ['a result and what it is made of', [a, b, c], [3], [a, c]],
  ['all of a chain', [a, b], [2], [a, b]],
  ['one of two results of an operation', [a, two], [5], [a, two]],
  ['an operation whose result is a part of another', [a, unary(7, 1), b], [2], [a, b]],
  [
    'all that write into one storage',
    [product(1, [0]), product(1, [8]), b],
    [2],
    [product(1, [0]), product(1, [8]), b],
  ],
  ['a result that is held', [a], [0], []],
])('%s', (_, operations, results, expected) => {
  expect(usedOperations(operations, results)).toEqual(expected)
})
