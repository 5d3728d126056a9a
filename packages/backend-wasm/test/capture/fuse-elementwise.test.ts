import { describe, expect, it } from 'vitest'
import { fuseElementwise } from '../../src/capture/fuse-elementwise.js'
import type { Operation } from '../../src/capture/recording.js'
import { Binary, Place, Unary } from '../../src/engine/elementwise-function.js'
import { Op } from '../../src/engine/op.js'
import { binary, product, unary } from '../support/operations.js'

const names = (operations: readonly Operation[]) => operations.map(({ op }) => Op[op])
const { block, each, one } = Place

it('joins a line of operations, whose inner results stay with the thread', () => {
  const [chain, ...others] = fuseElementwise(
    [unary(1, 0, Unary.exp), binary(2, [1, 9]), unary(3, 2, Unary.tanh)],
    new Set([3]),
  )
  expect(others).toEqual([])
  const steps = [
    [Unary.exp, block, each + 1, 0, 0, 0],
    [Binary.add, block, block, each + 2, 0, 0],
    [Unary.tanh, each, block, 0, 0, 0],
  ]
  expect(chain).toEqual({
    ...{ op: Op.chain, tasks: 1, writes: [3], reads: [0, 9], floats: [], draw: undefined },
    integers: [10, 8192, 3, ...steps.flat(), 3],
  })
})

it('writes what others read, and what is a result', () => {
  const [chain] = fuseElementwise(
    [unary(1, 0), unary(2, 1), unary(3, 2), product(4, [2])],
    new Set([1, 3, 4]),
  )
  expect(chain).toMatchObject({ op: Op.chain, writes: [1, 2, 3], reads: [0] })
})

it('joins operations that share an operand, over others between', () => {
  const operations = [unary(1, 0), product(5, [9]), unary(2, 0, Unary.exp)]
  const fused = fuseElementwise(operations, new Set([1, 2, 5]))
  expect(names(fused)).toEqual(['chain', 'product'])
})

it('reads one element for all as such', () => {
  const scaled = binary(2, [1, 8], { fn: Binary.multiply, steps: [1, 0] })
  const [chain] = fuseElementwise([unary(1, 0), scaled], new Set([2]))
  expect(chain?.reads).toEqual([0, 8])
  expect(chain?.integers.slice(9, 13)).toEqual([Binary.multiply, each, block, one + 2])
})

describe('leaves as they are', () => {
  it.each<[string, Operation[]]>([
    ['operations of other sizes', [unary(1, 0), unary(2, 1, Unary.exp, 9)]],
    ['operations without a common operand', [unary(1, 0), unary(2, 9)]],
    [
      'one whose other operand is computed after the first',
      [unary(1, 0), product(5, [1]), binary(2, [1, 5])],
    ],
    [
      'one whose operand is written again after the first',
      [product(5, [8]), unary(1, 0), product(5, [9]), binary(2, [0, 5])],
    ],
    ['two that write into one storage', [unary(1, 0), unary(1, 0)]],
    [
      'one that reads a result of the chain as one for all',
      [unary(1, 0), binary(2, [0, 1], { steps: [1, 0] })],
    ],
    ['comparisons', [unary(1, 0), binary(2, [1, 0], { fn: Binary.less })]],
  ])('%s', (_, operations) => {
    const all = new Set(operations.flatMap(({ writes }) => writes))
    expect(fuseElementwise(operations, all)).toEqual(operations)
  })
})

it('begins a new chain after sixteen steps', () => {
  const operations = Array.from({ length: 20 }, (_, i) => unary(i + 1, i))
  const fused = fuseElementwise(operations, new Set([20]))
  expect(names(fused)).toEqual(['chain', 'chain'])
  expect(fused.map(({ writes, reads }) => [writes, reads])).toEqual([
    [[16], [0]],
    [[20], [16]],
  ])
})

it('writes results for which the thread has no block left', () => {
  const firsts = Array.from({ length: 10 }, (_, i) => unary(i + 1, 0))
  const sums = Array.from({ length: 5 }, (_, i) => binary(20 + i, [i + 1, 10 - i]))
  const results = new Set([20, 21, 22, 23, 24])
  const [chain] = fuseElementwise([...firsts, ...sums], results)
  expect(chain?.writes).toEqual([9, 10, 20, 21, 22, 23, 24])
})
