import { expect, it } from 'vitest'
import type { Storage } from '../../src/capture/recording.js'
import type { ReportedResult, Result, StepTrace } from '../../src/capture/step-trace.js'
import { traceDifference } from '../../src/capture/trace-difference.js'
import { Op } from '../../src/engine/op.js'
import { operation, product, unary } from '../support/operations.js'

const held = { dataId: {} }
const result = (storage = 2): Result => ({ storage, shape: [2, 3], dtype: 'float32' })
const constant = (...values: number[]): Storage => ({
  kind: 'constant',
  bytes: values.length,
  values: Uint8Array.from(values),
})
const loss = (parts: Partial<ReportedResult> = {}): ReportedResult => ({
  report: { kind: 'loss', value: 0 } as unknown as ReportedResult['report'],
  result: result(),
  ...parts,
})
const numberReport = (value: number): ReportedResult => ({
  report: { kind: 'log', name: 'n', value } as unknown as ReportedResult['report'],
  result: undefined,
})

function trace(parts: Partial<StepTrace> = {}): StepTrace {
  return {
    operations: [unary(1, 0), product(2, [1, 3])],
    storages: [
      { kind: 'held', bytes: 24, ...held },
      { kind: 'computed', bytes: 24 },
      { kind: 'computed', bytes: 24 },
      constant(1, 2),
    ],
    draws: [],
    holders: new Map([[0, { kind: 'other', ...held }]]),
    gradients: new Map([['w', result()]]),
    reports: [loss()],
    assigned: new Map(),
    ...parts,
  }
}

const random = (last: number) => operation(Op.randomDropout, { integers: [1, last], draw: 0 })
const { storages } = trace()

it.each<[string, Partial<StepTrace>, Partial<StepTrace>]>([
  ['the same twice', {}, {}],
  ['drawn integers', { operations: [random(5)] }, { operations: [random(6)] }],
  [
    'not-a-number',
    { operations: [operation(Op.fill, { floats: [Number.NaN] })] },
    { operations: [operation(Op.fill, { floats: [Number.NaN] })] },
  ],
])('%s are alike', (_, left, right) => {
  expect(traceDifference(trace(left), trace(right))).toBeUndefined()
})

it.each<[string, Partial<StepTrace>, RegExp]>([
  ['another operation', { operations: [unary(1, 0), unary(2, 1)] }, /2 is .* in one step/],
  ['more operations', { operations: [...trace().operations, unary(1, 0)] }, /operations/],
  ['other arguments', { operations: [unary(1, 0), product(2, [1, 1])] }, /other arguments/],
  ['0 and -0', { operations: [{ ...unary(1, 0), floats: [-0, 0] }, product(2, [1, 3])] }, /other/],
  ['more tensors', { storages: [...storages, constant(1)] }, /makes more tensors/],
  ['other constants', { storages: [...storages.slice(0, 3), constant(1, 3)] }, /2 bytes/],
  ['other sizes', { storages: [...storages.slice(0, 3), constant(1)] }, /other sizes/],
  [
    'another held tensor',
    { holders: new Map([[0, { kind: 'other', dataId: {} }]]) },
    /another one/,
  ],
  [
    'a tensor of the batch',
    { holders: new Map([[0, { kind: 'batch', index: 0 }]]) },
    /another one/,
  ],
  ['more gradients', { gradients: new Map([...trace().gradients, ['b', result()]]) }, /gradients/],
  ['another gradient', { gradients: new Map([['w', result(1)]]) }, /other gradients/],
  [
    'a gradient of another shape',
    { gradients: new Map([['w', { ...result(), shape: [3, 2] }]]) },
    /other gradients/,
  ],
  ['no report', { reports: [] }, /logs other values/],
  ['a report of another tensor', { reports: [loss({ result: result(1) })] }, /logs other values/],
  ['a number as a report', { reports: [numberReport(1)] }, /logs other values/],
])('%s are a difference, whichever comes first', (_, other, clause) => {
  expect(traceDifference(trace(), trace(other))).toMatch(clause)
  expect(traceDifference(trace(other), trace())).toMatch(clause)
})

it('a number that is logged may not change', () => {
  const logs = (value: number) => trace({ reports: [numberReport(value)] })
  expect(traceDifference(logs(1), logs(1))).toBeUndefined()
  expect(traceDifference(logs(1), logs(2))).toMatch(/numbers that change/)
})
