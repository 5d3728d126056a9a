import * as tf from '@tensorflow/tfjs-core'
import { curved, type GradientCase, kinked, linear } from './case.js'

const broadcasts = [
  [[3, 4], [4]],
  [[4], [3, 4]],
  [
    [3, 1],
    [3, 4],
  ],
  [
    [3, 1],
    [1, 4],
  ],
  [[3, 4], []],
  [
    [2, 1, 4],
    [3, 1],
  ],
] as [number[], number[]][]

const binary = { maximum: tf.maximum, minimum: tf.minimum, squaredDifference: tf.squaredDifference }

const broadcasting = Object.entries(binary).flatMap(([name, f]) =>
  broadcasts.map(([a, b]) => {
    const made = name === 'squaredDifference' ? curved : kinked
    return made(`${name} of [${a}] and [${b}]`, f, a, b)
  }),
)

const products = [
  linear('matMul of a stack and a matrix', (a, b) => tf.matMul(a, b), [2, 3, 4], [4, 5]),
  linear('matMul, both transposed', (a, b) => tf.matMul(a, b, true, true), [2, 4, 3], [5, 4]),
  {
    ...linear(
      'matMul of stacks that broadcast',
      (a, b) => tf.matMul(a, b),
      [2, 1, 3, 4],
      [3, 4, 2],
    ),
    isWrongOnCpu: true,
  },
]

const scans = [0, 1, 2].flatMap((axis) =>
  [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].flatMap(([exclusive, reverse]) => [
    linear(
      `cumsum over ${axis}, ${exclusive}, ${reverse}`,
      (x) => tf.cumsum(x, axis, exclusive, reverse),
      [2, 3, 4],
    ),
    curved(
      `cumprod over ${axis}, ${exclusive}, ${reverse}`,
      (x) => tf.cumprod(x, axis, exclusive, reverse),
      [2, 3, 4],
    ),
  ]),
)

const reductions = (
  [0, 1, -1, [0, 2], [1, 2], undefined] as (number | number[] | undefined)[]
).flatMap((axis) =>
  [true, false].map((keepDims) =>
    curved(`prod over ${axis}, ${keepDims}`, (x) => tf.prod(x, axis, keepDims), [2, 3, 4]),
  ),
)

const choices = [
  linear('where(equal)', (x) => tf.where(tf.equal(x, 7), tf.zerosLike(x), tf.mul(x, 2)), [3, 4]),
  curved('divNoNan', (x, y) => tf.divNoNan(x, tf.add(tf.abs(y), 1)), [3, 4], [4]),
  curved('qr', (x) => tf.linalg.qr(x)[1], [3, 3]),
]

const SIZES: Readonly<Record<string, number>> = { b: 2, h: 3, i: 2, j: 3, k: 4, q: 2, d: 5 }

const einsums = [
  ...[
    'ij,jk->ik',
    'bij,bjk->bik',
    'bhqd,bhkd->bhqk',
    'ij,kj->ik',
    'ij,ij->ji',
    'ij,ij->',
    'i,j->ij',
  ],
  ...['ij->ji', 'ij->ij', 'ij->j', 'ij->', 'ijk->kj', 'bi,bj->ij'],
].map((equation) => {
  const terms = (equation.split('->')[0] as string).split(',')
  const shapes = terms.map((term) => [...term].map((letter) => SIZES[letter] as number))
  return linear(`einsum ${equation}`, (...x) => tf.einsum(equation, ...x), ...shapes)
})

const harderEinsums = ['ij,k->i', 'ij,jk->', 'ijk,k->j', 'ij,kd->jk', 'ij,->ji'].map((equation) => {
  const terms = (equation.split('->')[0] as string).split(',')
  const shapes = terms.map((term) => [...term].map((letter) => SIZES[letter] as number))
  const f = (...x: tf.Tensor[]) => tf.einsum(equation, ...x)
  return { ...linear(`einsum ${equation}`, f, ...shapes), isWrongOnCpu: true }
})

/** Operations on numbers, rows and matrices. */
export const algebraCases: readonly GradientCase[] = [
  ...broadcasting,
  ...choices,
  ...einsums,
  ...harderEinsums,
  ...products,
  ...reductions,
  ...scans,
]
