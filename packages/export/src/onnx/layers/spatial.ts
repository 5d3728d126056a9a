import type { Attributes, Dimension, Shape } from '../graph/tensor-type.js'
import { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** What windows over an image are: for a convolution or a pool. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
}

/** The input of a layer that works on images, in the order that ONNX wants: channels after the batch. */
export function imageOf(call: LayerCall): string {
  const { graph, input, isChannelsFirst } = call
  return graph.in(isChannelsFirst ? 'plain' : 'channelsFirst', input)
}

/** What such a layer returns. */
export function imageValue(call: LayerCall, name: string, shape: Shape): Value {
  return new Value(
    name,
    shape,
    'float32',
    call.isChannelsFirst ? 'plain' : 'channelsFirst',
  )
}

/** The spatial part of the shape of an image. */
export function spatialSizes({ isChannelsFirst }: LayerCall, shape: Shape): Shape {
  return isChannelsFirst ? shape.slice(2) : shape.slice(1, -1)
}

/** The number of channels of an image. */
export function channelsOf({ isChannelsFirst }: LayerCall, shape: Shape): number {
  return shape[isChannelsFirst ? 1 : shape.length - 1] as number
}

/** The attributes of windows, with the padding that tfjs adds. */
export function windowAttributes(
  call: LayerCall,
  windows: Windows,
  sizes: Shape,
): Attributes {
  const { kernel, strides, dilations } = windows
  const common = { kernel_shape: { ints: kernel }, strides: { ints: strides } }
  if (call.field('padding') !== 'same')
    return {
      ...common,
      ...dilation(dilations),
      pads: { ints: kernel.flatMap(() => [0, 0]) },
    }
  const pads = kernel.map((size, axis) =>
    samePadding(sizes[axis] ?? null, {
      size: (size - 1) * (dilations[axis] as number) + 1,
      stride: strides[axis] as number,
    }),
  )
  if (pads.every((pad) => pad !== undefined)) {
    const ints = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)]
    return { ...common, ...dilation(dilations), pads: { ints } }
  }
  return { ...common, ...dilation(dilations), auto_pad: { text: 'SAME_UPPER' } }
}

/**
 * How much TensorFlow's padding `same` adds before and after.
 *
 * @returns nothing if that depends on a size that is known only when the model runs
 */
export function samePadding(
  size: Dimension,
  window: { readonly size: number; readonly stride: number },
): readonly [before: number, after: number] | undefined {
  if (size === null && window.stride > 1) return undefined
  const count = size === null ? 1 : Math.ceil(size / window.stride)
  const covered = (count - 1) * window.stride + window.size
  const total = Math.max(0, covered - (size ?? 1))
  const before = Math.floor(total / 2)
  return [before, total - before]
}

function dilation(dilations: readonly number[]): Attributes {
  return dilations.some((rate) => rate !== 1) ? { dilations: { ints: dilations } } : {}
}
