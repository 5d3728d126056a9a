import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { engineOf } from '../src/engine/engine.js'
import { Op } from '../src/engine/op.js'
import type { WasmBackend } from '../src/heap.js'
import { prepare, random } from './support/compare.js'

beforeAll(prepare)

/** The operations that a convolution and its gradients launch. */
function launched(image: readonly number[], filter: readonly number[], stride: number): Set<Op> {
  const engine = engineOf(tf.backend() as unknown as WasmBackend)
  if (engine === null) throw new Error('These tests need WebAssembly with SIMD.')
  const operations = new Set<Op>()
  engine.recorder = {
    launched: (op) => operations.add(op),
    unknown: () => undefined,
  }
  try {
    tf.grads((x: tf.Tensor, w: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same'),
    )([random(image), random(filter)])
  } finally {
    engine.recorder = undefined
  }
  return operations
}

it.each([
  [[1, 6, 6, 16], [3, 3, 16, 16], 1, true],
  [[9, 12, 20, 64], [3, 3, 64, 32], 1, true],
  [[1, 5, 7, 16], [3, 3, 16, 16], 1, false],
  [[1, 6, 6, 18], [3, 3, 18, 18], 1, false],
  [[1, 6, 6, 12], [3, 3, 12, 16], 1, false],
  [[1, 12, 12, 16], [3, 3, 16, 16], 2, false],
  [[1, 12, 12, 16], [5, 5, 16, 16], 1, false],
] as const)('%j by %j with stride %i takes tiles: %s', (image, filter, stride, isTiled) => {
  const operations = launched(image, filter, stride)
  expect(operations.has(Op.winograd)).toBe(isTiled)
  expect(operations.has(Op.winogradGradient)).toBe(isTiled)
})
