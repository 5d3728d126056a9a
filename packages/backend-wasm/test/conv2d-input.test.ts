import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'
import { convolutions } from './support/convolutions.js'

beforeAll(prepare)

it.each(convolutions)('$image by $filter, strides $strides, pad $pad, equals cpu', async (c) => {
  await expectSameAsCpu(() => {
    const filterShape: [number, number, number, number] = [...c.filter, c.image[3], c.out]
    const image = [...c.image] as [number, number, number, number]
    const info = tf.backend_util.computeConv2DInfo(image, filterShape, c.strides, 1, c.pad)
    const dy = random(info.outShape, 1)
    const filter = random(filterShape, 2)
    const attributes = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC', inputShape: image }
    return kernel('Conv2DBackpropInput', { dy, filter }, attributes)
  })
})

it.each([1, 2, 3])('serves conv2dTranspose with stride %i', async (stride) => {
  await expectSameAsCpu(() =>
    tf.conv2dTranspose(
      random([2, 5, 4, 3]) as tf.Tensor4D,
      random([3, 3, 2, 3], 2) as tf.Tensor4D,
      [2, 5 * stride, 4 * stride, 2],
      stride,
      'same',
    ),
  )
})

it('goes through a large batch in parts', () => {
  tf.tidy(() => {
    const dx = kernel(
      'Conv2DBackpropInput',
      { dy: tf.ones([40, 32, 32, 1]), filter: tf.ones([2, 2, 15, 1]) },
      { strides: 2, pad: 'valid', dataFormat: 'NHWC', inputShape: [40, 64, 64, 15] },
    )
    expect(new Set(dx.dataSync())).toEqual(new Set([1]))
  })
})

it('gives zeros for an empty batch', async () => {
  await expectSameAsCpu(() =>
    kernel(
      'Conv2DBackpropInput',
      { dy: tf.zeros([0, 2, 2, 3]), filter: tf.ones([3, 3, 2, 3]) },
      { strides: 1, pad: 'valid', dataFormat: 'NHWC', inputShape: [0, 4, 4, 2] },
    ),
  )
})
