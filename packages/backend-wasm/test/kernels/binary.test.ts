import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { broadcast } from '../support/places.js'

beforeAll(prepare)
beforeEach(litter)

type Dtype = 'float32' | 'int32' | 'bool'
type Rule = (a: number, b: number) => number

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

const floorMod: Rule = (a, b) => {
  const rest = a % b
  return (a < 0 ? b < 0 : b >= 0) || Number.isNaN(rest) ? rest : Math.fround(rest + b) % b
}
const orZero =
  (rule: Rule): Rule =>
  (a, b) =>
    b === 0 ? 0 : rule(a, b)

const arithmetic: Record<string, Rule> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  Maximum: Math.max,
  Minimum: Math.min,
  SquaredDifference: (a, b) => Math.fround(a - b) ** 2,
}
const floats: Record<string, Rule> = {
  ...arithmetic,
  RealDiv: (a, b) => a / b,
  FloorDiv: (a, b) => Math.floor(Math.fround(a / b)),
  Mod: floorMod,
  Pow: (a, b) => (a === 1 || b === 0 ? 1 : a === -1 && Math.abs(b) === inf ? 1 : a ** b),
  Atan2: Math.atan2,
}
const integers: Record<string, Rule> = {
  ...arithmetic,
  Multiply: Math.imul,
  SquaredDifference: (a, b) => Math.imul(a - b, a - b),
  FloorDiv: orZero((a, b) => Math.floor(a / b)),
  Mod: orZero(floorMod),
}
const comparisons: Record<string, Rule> = {
  Equal: (a, b) => Number(a === b),
  NotEqual: (a, b) => Number(a !== b),
  Less: (a, b) => Number(a < b),
  LessEqual: (a, b) => Number(a <= b),
  Greater: (a, b) => Number(a > b),
  GreaterEqual: (a, b) => Number(a >= b),
}
const logic: Record<string, Rule> = {
  LogicalAnd: (a, b) => a && b,
  LogicalOr: (a, b) => a || b,
  LogicalXor: (a, b) => a ^ b,
}

const all: [string, Dtype, Rule][] = [
  ...Object.entries(floats).map(([name, rule]) => [name, 'float32', rule] as const),
  ...Object.entries(integers).map(([name, rule]) => [name, 'int32', rule] as const),
  ...(['float32', 'int32', 'bool'] as const).flatMap((dtype) =>
    Object.entries(comparisons).map(([name, rule]) => [name, dtype, rule] as const),
  ),
  ...Object.entries(logic).map(([name, rule]) => [name, 'bool', rule] as const),
].map((one) => [...one])

const special: Record<Dtype, number[]> = {
  float32: [nan, inf, -inf, 0, -0, 1, -1, 2, -3, 0.5, -2.5, 1e-40, 3e38, 7.25, -0.75, 3],
  int32: [0, 1, -1, 2, -3, 7, 2 ** 31 - 1, -(2 ** 31), 65_537, -40_000, 12, -7],
  bool: [0, 1, 1, 0, 1],
}

/** Special values in turn, begun at another one for the second operand. */
function operand(shape: readonly number[], dtype: Dtype, start: number): tf.Tensor {
  const pool = special[dtype]
  const size = tf.util.sizeFromShape([...shape])
  const values = Array.from(
    { length: size },
    (_, i) => pool[(i * start + i) % pool.length] as number,
  )
  const typed = dtype === 'bool' ? Uint8Array.from(values) : values
  return tf.tensor(typed, [...shape], dtype)
}

function expected(rule: Rule, dtype: Dtype, a: tf.Tensor, b: tf.Tensor): number[] {
  const values = broadcast(rule, [a.dataSync(), a.shape], [b.dataSync(), b.shape])
  return [...(dtype === 'float32' ? Float32Array : Int32Array).from(values)]
}

/** Equal, or next to each other as float32. */
function isClose(x: number, y: number): boolean {
  return Object.is(x, y) || x === y || Math.abs(x - y) <= 1.3e-7 * Math.abs(y) + 1e-45
}

function check(
  name: string,
  dtype: Dtype,
  rule: Rule,
  shapes: readonly (readonly number[])[],
): void {
  const [a, b] = shapes.map((shape, i) => operand(shape, dtype, 2 + 5 * i)) as [
    tf.Tensor,
    tf.Tensor,
  ]
  const before = footprint()
  const y = onlyLaunches(() => kernel(name, { a, b })).result
  const isTest = name in comparisons || name in logic
  expect(y.dtype).toBe(isTest ? 'bool' : dtype)
  expect(y.shape).toEqual(tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape))
  const found = y.dataSync()
  const wanted = expected(rule, dtype, a, b)
  expect(found.length).toBe(wanted.length)
  const wrong = wanted.findIndex((value, i) => !isClose(found[i] as number, value))
  expect(wrong < 0 ? [] : [wrong, found[wrong], wanted[wrong]]).toEqual([])
  y.dispose()
  expect(footprint()).toEqual(before)
  tf.dispose([a, b])
}

const forms = [
  [[], []],
  [[1], [1]],
  [[7], [7]],
  [[1027], [1027]],
  [[5], []],
  [[], [9]],
  [[3, 5], [5]],
  [[5], [3, 5]],
  [[130, 70], [70]],
  [
    [300, 9],
    [300, 1],
  ],
  [
    [300, 1],
    [300, 9],
  ],
  [
    [4, 70],
    [4, 1],
  ],
  [
    [6, 1],
    [1, 7],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 5],
  ],
  [
    [2, 1, 4, 1, 3],
    [1, 3, 1, 5, 3],
  ],
  [
    [2, 1, 2, 1, 2, 1],
    [1, 3, 1, 2, 1, 2],
  ],
  [[0], [0]],
  [
    [3, 0],
    [3, 1],
  ],
  [[0, 4], [4]],
] as const

describe.each(all)('%s of %s', (name, dtype, rule) => {
  it('is right for operands of any shapes that broadcast', () => {
    for (const shapes of forms) check(name, dtype, rule, shapes)
  })
})

it('rows of many elements are split among tasks', () => {
  check('Add', 'float32', arithmetic.Add as Rule, [
    [2, 65_536],
    [2, 1],
  ])
  check('Sub', 'float32', arithmetic.Sub as Rule, [[100_003], [100_003]])
  check('Less', 'float32', comparisons.Less as Rule, [[40, 1000], [1000]])
})

it('an element has the same bits wherever it is and however it is broadcast', () => {
  const values = Float32Array.from({ length: 37 }, (_, i) => Math.sin(i) * 3 + 4)
  const full = tf.tensor1d(values)
  for (const name of ['Pow', 'RealDiv', 'Atan2', 'Mod']) {
    const whole = kernel(name, { a: full, b: tf.fill([37], 1.7) }).dataSync()
    const scalar = kernel(name, { a: full, b: tf.scalar(1.7) }).dataSync()
    expect(scalar).toEqual(whole)
    values.forEach((value, i) => {
      const one = kernel(name, { a: tf.scalar(value), b: tf.tensor1d([1.7]) }).dataSync()
      expect(one[0]).toBe(whole[i])
    })
  }
})

it('alpha of prelu is one per channel, row or element; the gradient of elu needs its result', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([-1, 2, nan, -4, -0.5, 6], [2, 3])
    const prelu = (alpha: tf.Tensor) =>
      onlyLaunches(() => kernel('Prelu', { x, alpha })).result.dataSync()
    expect([...prelu(tf.tensor1d([2, 3, 4]))]).toEqual([-2, 2, nan, -8, -1.5, 6])
    expect([...prelu(tf.tensor2d([2, 3], [2, 1]))]).toEqual([-2, 2, nan, -12, -1.5, 6])
    expect([...prelu(tf.scalar(2))]).toEqual([-2, 2, nan, -8, -1, 6])
    const y = tf.tensor1d([-0.5, 2, 0, nan])
    const dy = tf.tensor1d([3, 4, 5, 6])
    const gradient = onlyLaunches(() => kernel('EluGrad', { dy, y })).result
    expect([...gradient.dataSync()]).toEqual([1.5, 4, 5, nan])
  })
})
