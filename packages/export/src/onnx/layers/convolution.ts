import { transposed } from '../graph/permutation.js'
import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'
import { withActivation } from './activations.js'
import {
  channelsOf,
  imageOf,
  imageValue,
  spatialSizes,
  windowAttributes,
} from './spatial.js'

/** `Conv1D`, `Conv2D`, `Conv3D`. */
export function convolution(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const dims = input.rank - 2
  if (dims === 1 && call.isChannelsFirst)
    throw call.refusal(
      'with dataFormat "channelsFirst" tfjs returns its channels last, whatever its shape says; put tf.layers.permute before it and use "channelsLast"',
    )
  const windows = {
    kernel: call.sizes('kernelSize', dims),
    strides: call.sizes('strides', dims),
    dilations: call.sizes('dilationRate', dims),
  }
  const sizes = spatialSizes(call, input.shape)
  const name = graph.node(
    'Conv',
    [imageOf(call), kernelOf(call, 'kernel', dims), ...biasOf(call)],
    windowAttributes(call, windows, sizes),
  )
  return [withActivation(call, imageValue(call, name, outputShape))]
}

/** `DepthwiseConv2D`. Its dilationRate has no effect in tfjs, so it has none here. */
export function depthwiseConvolution(call: LayerCall): Value[] {
  const { input, outputShape } = call
  const name = depthwise(call, { dilations: [1, 1], bias: biasOf(call) })
  const value = imageValue(call, name, outputShape)
  return [input.rank === 4 ? withActivation(call, value) : value]
}

/** `SeparableConv2D`: one filter for each channel, then a mix of the channels. */
export function separableConvolution(call: LayerCall): Value[] {
  if (call.isChannelsFirst)
    throw call.refusal(
      'tfjs adds its bias along the wrong axis with dataFormat "channelsFirst"; put tf.layers.permute before it and use "channelsLast"',
    )
  const dilations = call.sizes('dilationRate', 2)
  const middle = depthwise(call, { dilations, bias: [] })
  const mixed = call.graph.node('Conv', [
    middle,
    kernelOf(call, 'pointwise_kernel', 2),
    ...biasOf(call),
  ])
  return [withActivation(call, imageValue(call, mixed, call.outputShape))]
}

/** `Conv2DTranspose`, `Conv3DTranspose`. Their dilationRate has no effect in tfjs. */
export function transposedConvolution(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const dims = input.rank - 2
  const kernel = call.sizes('kernelSize', dims)
  const strides = call.sizes('strides', dims)
  const isSame = call.field('padding') === 'same'
  // Each input adds a window; `same` cuts to one stride for each input, and a gap is filled with zeros.
  const overlaps = kernel.map((size, axis) => size - (strides[axis] as number))
  const cuts = overlaps.map((overlap) => (isSame ? Math.max(0, overlap) : 0))
  const before = cuts.map((cut) => Math.floor(cut / 2))
  const after = cuts.map((cut, axis) => cut - (before[axis] as number))
  const axes = kernel.map((_, axis) => axis)
  // [...kernel, outputs, inputs] to [inputs, outputs, ...kernel]
  const weight = call.permuted('kernel', [dims + 1, dims, ...axes])
  const name = graph.node('ConvTranspose', [imageOf(call), weight, ...biasOf(call)], {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    pads: { ints: [...before, ...after] },
    output_padding: { ints: overlaps.map((overlap) => Math.max(0, -overlap)) },
  })
  return [withActivation(call, imageValue(call, name, outputShape))]
}

interface Depthwise {
  readonly dilations: readonly number[]
  readonly bias: readonly string[]
}

function depthwise(call: LayerCall, { dilations, bias }: Depthwise): string {
  const { graph, input } = call
  const windows = {
    kernel: call.sizes('kernelSize', 2),
    strides: call.sizes('strides', 2),
    dilations,
  }
  const sizes = spatialSizes(call, input.shape)
  const kernel = call.arranged(
    'depthwise_kernel',
    'grouped',
    ({ data, shape, dtype }) => {
      const [height = 0, width = 0, channels = 0, multiplier = 0] = shape
      return {
        type: dtype,
        shape: [channels * multiplier, 1, height, width],
        data: transposed(data, shape, [2, 3, 0, 1]),
      }
    },
  )
  return graph.node('Conv', [imageOf(call), kernel, ...bias], {
    ...windowAttributes(call, windows, sizes),
    group: { int: channelsOf(call, input.shape) },
  })
}

/** [...kernel, inputs, outputs] as [outputs, inputs, ...kernel]. */
function kernelOf(call: LayerCall, name: string, dims: number): string {
  const axes = Array.from({ length: dims }, (_, axis) => axis)
  return call.permuted(name, [dims + 1, dims, ...axes])
}

const biasOf = (call: LayerCall): string[] =>
  call.has('bias') ? [call.constant('bias')] : []
