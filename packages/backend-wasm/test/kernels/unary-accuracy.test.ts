import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernel, prepare } from '../support/compare.js'
import { erf } from '../support/special-functions.js'

beforeAll(prepare)

interface Case {
  readonly f: (x: number) => number
  /** Largest error allowed, in units in the last place. */
  readonly ulps: number
  readonly from: number
  readonly to: number
}

const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)

const cases: Record<string, Case> = {
  Exp: { f: Math.exp, ulps: 2, from: -104, to: 88.8 },
  Expm1: { f: Math.expm1, ulps: 2, from: -30, to: 88.8 },
  Log: { f: Math.log, ulps: 2, from: 0, to: 3e38 },
  Log1p: { f: Math.log1p, ulps: 2.5, from: -0.99999, to: 3e38 },
  Tanh: { f: Math.tanh, ulps: 2.5, from: -20, to: 20 },
  Sigmoid: { f: (x) => 1 / (1 + Math.exp(-x)), ulps: 2, from: -104, to: 104 },
  Softplus: { f: softplus, ulps: 2, from: -104, to: 104 },
  Sin: { f: Math.sin, ulps: 2, from: -1e8, to: 1e8 },
  Cos: { f: Math.cos, ulps: 2, from: -1e8, to: 1e8 },
  Tan: { f: Math.tan, ulps: 4, from: -1e8, to: 1e8 },
  Erf: { f: erf, ulps: 2, from: -6, to: 6 },
  Sinh: { f: Math.sinh, ulps: 3, from: -89.5, to: 89.5 },
  Cosh: { f: Math.cosh, ulps: 3, from: -89.5, to: 89.5 },
  Asinh: { f: Math.asinh, ulps: 4, from: -3e38, to: 3e38 },
  Acosh: { f: Math.acosh, ulps: 4, from: 1, to: 3e38 },
  Atanh: { f: Math.atanh, ulps: 4, from: -1, to: 1 },
  Rsqrt: { f: (x) => 1 / Math.sqrt(x), ulps: 1.5, from: 0, to: 3e38 },
}

/** Values of all magnitudes between two bounds, and evenly spaced ones. */
function samples(from: number, to: number): Float32Array {
  const even = Array.from({ length: 20_000 }, (_, i) => from + ((to - from) * i) / 19_999)
  const magnitudes = Array.from({ length: 40_000 }, (_, i) => 2 ** (-140 + i * 0.0067))
  const all = [...even, ...magnitudes, ...magnitudes.map((x) => -x)]
  return Float32Array.from(all.filter((x) => x >= from && x <= to))
}

/** The distance between two float32 at `x`; that of denormals around 0. */
function spacing(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126))) - 23)
}

describe('far from 0', () => {
  it.each(['Sin', 'Cos', 'Tan'] as const)('%s is right for turns of any number', (name) => {
    const x = Float32Array.from({ length: 4000 }, (_, i) => 2 ** (27 + i * 0.025) * (-1) ** i)
    const y = tf.tidy(() => kernel(name, { x: tf.tensor1d(x) }).dataSync())
    const f = { Sin: Math.sin, Cos: Math.cos, Tan: Math.tan }[name]
    const errors = Array.from(x, (value, i) => Math.abs((y[i] as number) / f(value) - 1))
    expect(Math.max(...errors)).toBeLessThan(1e-6)
  })
})

function worst(name: string, { f, from, to }: Case): { error: number; at: number } {
  const x = samples(from, to)
  const y = tf.tidy(() => kernel(name, { x: tf.tensor1d(x) }).dataSync())
  let error = 0
  let at = 0
  x.forEach((value, i) => {
    const expected = f(value)
    const found = y[i] as number
    if (Object.is(found, Math.fround(expected))) return
    const distance = Math.abs(found - expected) / spacing(expected)
    if (!(distance <= error)) [error, at] = [distance, value]
  })
  return { error, at }
}

describe('errors in units in the last place', () => {
  it.each(Object.entries(cases))('%s', (name, one) => {
    const { error, at } = worst(name, one)
    expect(error, `at ${at}`).toBeLessThan(one.ulps)
  })
})

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

describe('at the edges', () => {
  it.each<[string, number[], number[]]>([
    ['Exp', [inf, -inf, 0, 88.8, -88, -104], [inf, 0, 1, inf, Math.exp(-88), 0]],
    ['Expm1', [inf, -inf, -0, 1e-40, 89], [inf, -1, -0, 1e-40, inf]],
    ['Log', [inf, 0, -0, -1, 1, 1e-40], [inf, -inf, -inf, nan, 0, Math.log(Math.fround(1e-40))]],
    ['Log1p', [inf, -1, -2, -0, 1e-40], [inf, -inf, nan, -0, 1e-40]],
    ['Tanh', [inf, -inf, -0, 1e-40], [1, -1, -0, 1e-40]],
    ['Sigmoid', [inf, -inf, 0, -90], [1, 0, 0.5, Math.exp(-90)]],
    ['Softplus', [inf, -inf, 0], [inf, 0, Math.LN2]],
    ['Sin', [inf, -inf, -0], [nan, nan, -0]],
    ['Cos', [inf, -inf, -0], [nan, nan, 1]],
    ['Tan', [inf, -0], [nan, -0]],
    ['Erf', [inf, -inf, -0, 5], [1, -1, -0, 1]],
    ['Sinh', [inf, -inf, -0], [inf, -inf, -0]],
    ['Cosh', [inf, -inf, 0], [inf, inf, 1]],
    ['Asinh', [inf, -inf, -0], [inf, -inf, -0]],
    ['Acosh', [inf, 1, 0.5], [inf, 0, nan]],
    ['Atanh', [1, -1, -0, 2], [inf, -inf, -0, nan]],
    ['Rsqrt', [inf, 0, -1, 4], [0, inf, nan, 0.5]],
    ['Sqrt', [inf, -0, -1, 9], [inf, -0, nan, 3]],
    ['Reciprocal', [inf, 0, -0, 4], [0, inf, -inf, 0.25]],
    ['Sign', [inf, -inf, 0, 1e-40, -1e-40], [1, -1, 0, 1, -1]],
    ['Round', [0.5, 1.5, 2.5, -0.5, -1.5, inf], [0, 2, 2, -0, -2, inf]],
    ['Relu', [inf, -inf, 0, -1e-40], [inf, 0, 0, 0]],
    ['Relu6', [inf, -inf, 5.5], [6, 0, 5.5]],
    ['Elu', [inf, -inf, -0, -1], [inf, -1, -0, Math.expm1(-1)]],
    ['Step', [inf, -inf, 0, 1e-40], [1, 0, 0, 1]],
  ])('%s', (name, values, expected) => {
    const x = tf.tensor1d([...values, nan])
    const y = kernel(name, { x })
    // tfjs has 0 for the sign of NaN on every engine.
    const last = name === 'Sign' ? 0 : nan
    expect([...y.dataSync()]).toEqual([...Float32Array.from([...expected, last])])
    tf.dispose([x, y])
  })
})
