import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'
import { convolutions } from './support/convolutions.js'

beforeAll(prepare)

it.each(convolutions)('$image by $filter, strides $strides, pad $pad, equals cpu', async (c) => {
  await expectSameAsCpu(() => {
    const filterShape = [...c.filter, c.image[3], c.out]
    const x = random(c.image, 1)
    const dy = random(outShape(c), 2)
    const attributes = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC', filterShape }
    return kernel('Conv2DBackpropFilter', { x, dy }, attributes)
  })
})

it('goes through a large batch in parts', async () => {
  const x = () => tf.ones([40, 34, 34, 6])
  tf.tidy(() => {
    const dw = kernel(
      'Conv2DBackpropFilter',
      { x: x(), dy: tf.ones([40, 32, 32, 2]) },
      { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [3, 3, 6, 2] },
    )
    expect(new Set(dw.dataSync())).toEqual(new Set([40 * 32 * 32]))
  })
})

it('gives zeros for an empty batch', async () => {
  await expectSameAsCpu(() =>
    kernel(
      'Conv2DBackpropFilter',
      { x: tf.zeros([0, 4, 4, 2]), dy: tf.zeros([0, 2, 2, 3]) },
      { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape: [3, 3, 2, 3] },
    ),
  )
})

it('asks for NHWC', () => {
  tf.tidy(() => {
    const inputs = { x: random([1, 2, 4, 4]), dy: random([1, 3, 2, 2]) }
    const attributes = { strides: 1, pad: 'valid', filterShape: [3, 3, 2, 3] }
    expect(() =>
      kernel('Conv2DBackpropFilter', inputs, { ...attributes, dataFormat: 'NCHW' }),
    ).toThrow(/"NCHW".*"NHWC"/)
  })
})

function outShape({ image, filter, out, strides, pad }: (typeof convolutions)[number]): number[] {
  return tf.backend_util.computeConv2DInfo([...image], [...filter, image[3], out], strides, 1, pad)
    .outShape
}
