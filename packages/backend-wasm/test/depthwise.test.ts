import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'
import { type Convolution, convolutions } from './support/convolutions.js'

beforeAll(prepare)

type Shape = [number, number, number, number]

function shapes(c: Convolution, multiplier: number): { image: Shape; filter: Shape; out: Shape } {
  const image = [...c.image] as Shape
  const filter: Shape = [...c.filter, c.image[3], multiplier]
  const info = tf.backend_util.computeConv2DInfo(
    image,
    filter,
    c.strides,
    1,
    c.pad,
    undefined,
    true,
  )
  return { image, filter, out: info.outShape }
}

// tfjs' depthwise gradients take no explicit padding
const supported = convolutions.filter(({ pad }) => !Array.isArray(pad))

describe.each([1, 2])('channel multiplier %i', (multiplier) => {
  it.each(supported)('filter: $image by $filter, $strides, $pad, equals cpu', async (c) => {
    await expectSameAsCpu(() => {
      const { image, filter, out } = shapes(c, multiplier)
      return kernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: random(image), dy: random(out, 2) },
        { strides: c.strides, pad: c.pad, dilations: [1, 1], filterShape: filter },
      )
    })
  })

  it.each(supported)('input: $image by $filter, $strides, $pad, equals cpu', async (c) => {
    await expectSameAsCpu(() => {
      const { image, filter, out } = shapes(c, multiplier)
      return kernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy: random(out), filter: random(filter, 2) },
        { strides: c.strides, pad: c.pad, dilations: [1, 1], inputShape: image },
      )
    })
  })
})
