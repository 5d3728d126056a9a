import { installGradients } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { footprint, prepare, random } from './support/compare.js'
import { onlyLaunches } from './support/launches.js'

beforeAll(prepare)
beforeAll(installGradients)

interface Case {
  readonly name: string
  readonly shapes: readonly [number[], number[]]
  readonly f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
}

const image = [2, 9, 8, 4]
const volume = [2, 5, 6, 4, 3]
type Four = tf.Tensor4D
type Five = tf.Tensor5D

const cases: Case[] = [
  {
    name: 'matMul',
    shapes: [
      [5, 3],
      [3, 4],
    ],
    f: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'matMul, turned',
    shapes: [
      [3, 5],
      [4, 3],
    ],
    f: (a, b) => tf.matMul(a, b, true, true),
  },
  {
    name: 'matMul, broadcast',
    shapes: [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    f: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'fused matMul',
    shapes: [
      [5, 3],
      [3, 4],
    ],
    f: (a, b) =>
      tf.fused.matMul({
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        bias: tf.ones([4]),
        activation: 'relu',
      }),
  },
  {
    name: 'conv2d, same',
    shapes: [image, [3, 3, 4, 5]],
    f: (x, w) => tf.conv2d(x as Four, w as Four, 1, 'same'),
  },
  {
    name: 'conv2d of 16 channels',
    shapes: [
      [2, 6, 6, 16],
      [3, 3, 16, 16],
    ],
    f: (x, w) => tf.conv2d(x as Four, w as Four, 1, 'same'),
  },
  {
    name: 'conv2d by 2',
    shapes: [image, [3, 2, 4, 5]],
    f: (x, w) => tf.conv2d(x as Four, w as Four, 2, 'valid'),
  },
  {
    name: 'conv2d, dilated',
    shapes: [image, [3, 3, 4, 5]],
    f: (x, w) => tf.conv2d(x as Four, w as Four, 1, 'same', 'NHWC', 2),
  },
  {
    name: 'fused conv2d',
    shapes: [image, [3, 3, 4, 5]],
    f: (x, w) =>
      tf.fused.conv2d({
        x: x as Four,
        filter: w as Four,
        strides: 1,
        pad: 'same',
        bias: tf.ones([5]),
        activation: 'relu',
      }),
  },
  {
    name: 'conv2dTranspose by 2',
    shapes: [image, [3, 3, 5, 4]],
    f: (x, w) => tf.conv2dTranspose(x as Four, w as Four, [2, 18, 16, 5], 2, 'same'),
  },
  {
    name: 'conv1d',
    shapes: [
      [2, 9, 4],
      [3, 4, 5],
    ],
    f: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same'),
  },
  {
    name: 'depthwiseConv2d by 2',
    shapes: [image, [3, 3, 4, 2]],
    f: (x, w) => tf.depthwiseConv2d(x as Four, w as Four, 2, 'same'),
  },
  {
    name: 'depthwiseConv2d, dilated',
    shapes: [image, [3, 3, 4, 1]],
    f: (x, w) => tf.depthwiseConv2d(x as Four, w as Four, 1, 'same', 'NHWC', 2),
  },
  {
    name: 'conv3d by 2',
    shapes: [volume, [3, 2, 3, 3, 4]],
    f: (x, w) => tf.conv3d(x as Five, w as Five, 2, 'same'),
  },
  {
    name: 'conv3dTranspose by 2',
    shapes: [volume, [3, 3, 3, 2, 3]],
    f: (x, w) => tf.conv3dTranspose(x as Five, w as Five, [2, 10, 12, 8, 2], 2, 'same'),
  },
  {
    name: 'einsum of stacks',
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    f: (a, b) => tf.einsum('bhqd,bhkd->bhqk', a, b),
  },
  {
    name: 'einsum, transposed',
    shapes: [
      [2, 3, 4],
      [4, 5],
    ],
    f: (a, b) => tf.einsum('abc,cd->bda', a, b),
  },
]

it.each(cases)('$name and its gradients are launches alone', ({ shapes, f }) => {
  const inputs = [random(shapes[0], 1), random(shapes[1], 2)]
  const before = footprint()
  tf.dispose(onlyLaunches(() => tf.grads(f)(inputs)).result)
  expect(footprint()).toEqual(before)
})
