import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { gradientCases } from '../../core/test/gradients/cases.js'
import { compared, distance } from '../../core/test/gradients/differences.js'
import { footprint, prepare } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

it.each(gradientCases)('$name: the gradient is the slope', (one) => {
  const before = footprint()
  for (const operand of compared(one)) expect(distance(operand)).toBeLessThan(0.02)
  expect(footprint()).toEqual(before)
})

it('integers keep their dtype through stridedSlice', () => {
  const x = tf.reshape(tf.range(0, 16, 1, 'int32'), [1, 2, 2, 4])
  const picked = tf.stridedSlice(x, [0, 1, 0, 3], [1, 2, 2, 0], [1, 1, 1, -2])
  expect([picked.dtype, ...picked.dataSync()]).toEqual(['int32', 11, 9, 15, 13])
})
