import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

type Rule = (x: number) => number

function roundHalfToEven(x: number): number {
  const below = Math.floor(x)
  if (x - below !== 0.5) return Math.round(x)
  return below % 2 === 0 ? below : below + 1
}

const floats: Record<string, Rule> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Floor: Math.floor,
  Round: roundHalfToEven,
  Neg: (x) => -x,
  Relu: (x) => Math.max(x, 0),
  Relu6: (x) => Math.min(Math.max(x, 0), 6),
  Elu: (x) => (x < 0 ? Math.expm1(x) : x),
  Selu: (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  Reciprocal: (x) => 1 / x,
  Square: (x) => x * x,
  Sqrt: Math.sqrt,
  Sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  Asin: Math.asin,
  Acos: Math.acos,
  Atan: Math.atan,
}
const integers: Record<string, Rule> = {
  Abs: Math.abs,
  Ceil: (x) => x,
  Floor: (x) => x,
  Round: (x) => x,
  Neg: (x) => -x,
  Relu: (x) => Math.max(x, 0),
  Relu6: (x) => Math.min(Math.max(x, 0), 6),
  Square: (x) => Math.imul(x, x),
  Sign: Math.sign,
}
const tests: Record<string, Rule> = {
  IsNan: (x) => Number(Number.isNaN(x)),
  IsFinite: (x) => Number(Number.isFinite(x)),
  IsInf: (x) => Number(Math.abs(x) === inf),
}

const sizes = [0, 1, 3, 4, 5, 1023, 1025, 9001]
const floatPool = [nan, inf, -inf, 0, -0, 1, -1, 0.5, 1.5, -2.5, 2.5, 1e-40, -3e38, 5.75, -0.25]
const intPool = [0, 1, -1, 7, -9, 65_537, 2 ** 31 - 1, -40_000]

function fromPool(pool: readonly number[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => pool[i % pool.length] as number)
}

function check(
  name: string,
  x: tf.Tensor,
  dtype: string,
  wanted: ArrayLike<number>,
  attributes = {},
): void {
  const before = footprint()
  const y = onlyLaunches(() => kernel(name, { x }, attributes)).result
  expect([y.dtype, y.shape]).toEqual([dtype, x.shape])
  const found = y.dataSync()
  const near = [...found].findIndex((value, i) => {
    const want = wanted[i] as number
    return !(Object.is(value, want) || Math.abs(value - want) <= 2.5e-7 * Math.abs(want))
  })
  expect(near < 0 ? [] : [near, found[near], wanted[near]]).toEqual([])
  expect(found.length).toBe(wanted.length)
  y.dispose()
  expect(footprint()).toEqual(before)
  x.dispose()
}

describe.each(sizes)('%i elements', (size) => {
  it.each(Object.entries(floats))('%s of float32', (name, rule) => {
    const values = Float32Array.from(fromPool(floatPool, size))
    check(name, tf.tensor1d(values), 'float32', values.map(rule))
  })

  it.each(Object.entries(integers))('%s of int32', (name, rule) => {
    const values = Int32Array.from(fromPool(intPool, size))
    check(name, tf.tensor1d(values, 'int32'), 'int32', values.map(rule))
  })

  it.each(Object.entries(tests))('%s', (name, rule) => {
    const values = Float32Array.from(fromPool(floatPool, size))
    check(name, tf.tensor1d(values), 'bool', values.map(rule))
  })

  it('LogicalNot', () => {
    const values = Uint8Array.from(fromPool([1, 0, 0, 1, 1], size))
    const wanted = values.map((flag) => 1 - flag)
    check('LogicalNot', tf.tensor(values, [size], 'bool'), 'bool', wanted)
  })

  it('Cast', () => {
    const floating = Float32Array.from(
      fromPool([...floatPool, 2 ** 31, 5e9, -3e9, 1e12, 2 ** 70], size),
    )
    const whole = Int32Array.from(fromPool(intPool, size))
    const flags = Uint8Array.from(fromPool([1, 0, 0, 1, 1], size))
    const asFlags = (values: ArrayLike<number>) => Array.from(values, (x) => Number(x !== 0))
    const cases = [
      [tf.tensor1d(floating), 'int32', Int32Array.from(floating)],
      [tf.tensor1d(floating), 'bool', asFlags(floating)],
      [tf.tensor1d(whole, 'int32'), 'float32', Float32Array.from(whole)],
      [tf.tensor1d(whole, 'int32'), 'bool', asFlags(whole)],
      [tf.tensor(flags, [size], 'bool'), 'float32', flags],
      [tf.tensor(flags, [size], 'bool'), 'int32', flags],
    ] as const
    for (const [x, dtype, wanted] of cases) check('Cast', x, dtype, wanted, { dtype })
  })
})

it('slopes and bounds are taken as given', () => {
  const values = Float32Array.of(-2, nan, 3, -0.5, inf)
  const x = () => tf.tensor1d(values)
  check('LeakyRelu', x(), 'float32', [-0.5, nan, 3, -0.125, inf], { alpha: 0.25 })
  check('Step', x(), 'float32', [0.25, nan, 1, 0.25, 1], { alpha: 0.25 })
  const bounds = { clipValueMin: -1, clipValueMax: 2.5 }
  check('ClipByValue', x(), 'float32', [-1, nan, 2.5, -0.5, 2.5], bounds)
  const whole = tf.tensor1d([-5, 1, 9], 'int32')
  check('ClipByValue', whole, 'int32', [-1, 1, 3], { clipValueMin: -1, clipValueMax: 3 })
})

it('a cast to its own dtype shares the values and outlives its source', () => {
  const x = tf.tensor1d([1, 2, 3])
  const before = footprint()
  const y = onlyLaunches(() => kernel('Cast', { x }, { dtype: 'float32' })).result
  x.dispose()
  expect([...y.dataSync()]).toEqual([1, 2, 3])
  expect(footprint()).toEqual(before)
  y.dispose()
})
