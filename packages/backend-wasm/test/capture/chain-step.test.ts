import { expect, it } from 'vitest'
import { chainStep } from '../../src/capture/chain-step.js'
import type { Operation } from '../../src/capture/recording.js'
import { Binary, Unary } from '../../src/engine/elementwise-function.js'
import { Op } from '../../src/engine/op.js'
import { binary, operation, product, unary } from '../support/operations.js'

const each = (storage: number) => ({ storage, isEach: true })
const one = (storage: number) => ({ storage, isEach: false })

it('a function of one operand', () => {
  const step = { ...unary(5, 4, Unary.clip), floats: [-1, 1] }
  const expected = { fn: Unary.clip, count: 10, result: 5, operands: [each(4)], floats: [-1, 1] }
  expect(chainStep(step)).toEqual(expected)
})

it.each([
  [[1, 1], 10, [each(1), each(2)]],
  [[1, 0], 10, [each(1), one(2)]],
  [[0, 1], 10, [one(1), each(2)]],
  [[0, 0], 1, [each(1), each(2)]],
] as const)('a function of two operands with the steps %o', (steps, count, operands) => {
  expect(chainStep(binary(3, [1, 2], { steps, count }))).toMatchObject({ operands, result: 3 })
})

it.each<[string, Operation]>([
  ['another operation', product(1, [0])],
  ['a function that gives a bool', unary(1, 0, Unary.isNaN)],
  ['a function of a bool', unary(1, 0, Unary.flagToFloat)],
  ['a comparison', binary(2, [0, 1], { fn: Binary.less })],
  ['broadcasting of rows', operation(Op.binaryRows, { writes: [2], reads: [0, 1] })],
  ['an operation without operands', operation(Op.unary)],
])('%s is no step', (_, other) => {
  expect(chainStep(other)).toBeUndefined()
})
