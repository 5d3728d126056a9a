import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { footprint, prepare, random, randomInt, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const SIZES: Readonly<Record<string, number>> = { b: 2, h: 3, i: 2, j: 3, k: 4, q: 2, d: 5 }

/** The sum over all letters that the result does not have, one term at a time. */
function plainly(terms: string[], result: string, operands: ArrayLike<number>[]): number[] {
  const letters = [...new Set(terms.join(''))]
  const place = (term: string, at: Record<string, number>) =>
    [...term].reduce((sum, letter) => sum * (SIZES[letter] as number) + (at[letter] as number), 0)
  const out = Array<number>(
    [...result].reduce((n, letter) => n * (SIZES[letter] as number), 1),
  ).fill(0)
  const visit = (depth: number, at: Record<string, number>) => {
    const letter = letters[depth]
    if (letter === undefined) {
      const factors = terms.map(
        (term, i) => (operands[i] as ArrayLike<number>)[place(term, at)] as number,
      )
      const to = place(result, at)
      out[to] = (out[to] as number) + factors.reduce((a, b) => a * b, 1)
      return
    }
    for (let i = 0; i < (SIZES[letter] as number); i++) visit(depth + 1, { ...at, [letter]: i })
  }
  visit(0, {})
  return out
}

const equations = [
  ...[
    'ij,jk->ik',
    'ij,kj->ik',
    'bij,bjk->bik',
    'bhqd,bhkd->bhqk',
    'ij,ij->ji',
    'ij,ij->',
    'i,j->ij',
  ],
  ...[
    'ij->ji',
    'ij->j',
    'ij->',
    'ijk->kj',
    'ij,k->i',
    'ij,jk->',
    'ij,jk->k',
    'ij,kd->jk',
    'ijk,k->j',
  ],
  ...['i,i->i', 'bi,bj->ij', 'ij,->ji', 'ij,ik->ikj', 'i->i'],
]

it.each(equations)('%s is as defined', (equation) => {
  const [left = '', result = ''] = equation.split('->')
  const terms = left.split(',')
  const tensors = terms.map((term, i) =>
    random(
      [...term].map((x) => SIZES[x] as number),
      i + 1,
    ),
  )
  const before = footprint()
  const y = tf.einsum(equation, ...tensors)
  expect(y.shape).toEqual([...result].map((letter) => SIZES[letter]))
  const expected = plainly(
    terms,
    result,
    tensors.map((tensor) => tensor.dataSync()),
  )
  expect(relativeError(y.dataSync(), expected)).toBeLessThanOrEqual(1e-5)
  y.dispose()
  expect(footprint()).toEqual(before)
})

it('is exact for integers, and takes spaces', () => {
  const a = tf.tensor2d([[2 ** 25 + 1, 1]], [1, 2], 'int32')
  const b = tf.tensor2d([[1], [2]], [2, 1], 'int32')
  const y = tf.einsum('ij, jk -> ik', a, b)
  expect([y.dtype, ...y.dataSync()]).toEqual(['int32', 2 ** 25 + 3])
  expect(tf.einsum('ij->i', randomInt([2, 3], 9)).dtype).toBe('int32')
})

it.each([
  ['ij,jk', 'without an arrow'],
  ['...ij,jk->ik', 'ellipsis'],
  ['ii,jk->ik', 'duplicate axes'],
  ['ijk,jk->ik', 'give each axis a letter'],
  ['ij,jk->iki', 'a letter twice in its result'],
  ['ij,jk->iq', 'not present'],
])('refuses %s', (equation, text) => {
  const [a, b] = [tf.ones([2, 3]), tf.ones([3, 4])]
  const before = footprint()
  expect(() => tf.einsum(equation, a, b)).toThrow(text)
  expect(footprint()).toEqual(before)
})
