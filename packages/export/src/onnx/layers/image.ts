import { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

type Pairs = readonly (readonly [before: number, after: number])[]

/** `ZeroPadding2D`. */
export function zeroPadding(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const pairs = onAxes(call, call.field<Pairs>('padding'))
  const pads = [...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)]
  const name = graph.node('Pad', [input.name, graph.integers(pads)])
  return [new Value(name, outputShape, 'float32', input.layout)]
}

/** `Cropping2D`. */
export function cropping(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const cuts = onAxes(call, call.field<Pairs>('cropping'))
  const axes = cuts.flatMap(([before, after], axis) => (before + after > 0 ? [axis] : []))
  if (axes.length === 0) return [input]
  const starts = axes.map((axis) => cuts[axis]?.[0] as number)
  // An end of 0 would be the beginning: the largest number stands for the end.
  const ends = axes.map((axis) => -(cuts[axis]?.[1] as number) || 2 ** 31 - 1)
  const name = graph.node('Slice', [
    input.name,
    ...[starts, ends, axes].map((values) => graph.integers(values)),
  ])
  return [new Value(name, outputShape, 'float32', input.layout)]
}

/** `UpSampling2D`. */
export function upSampling(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const isLinear = call.field('interpolation') === 'bilinear'
  const [height = 1, width = 1] = call.sizes('size', 2)
  const factors = [1, 1, height, width]
  // The operation is meant for images with the channels after the batch.
  const image = graph.in(call.isChannelsFirst ? 'plain' : 'channelsFirst', input)
  const data = Float32Array.from(factors)
  const scales = graph.constant('scales', { type: 'float32', shape: [4], data })
  const name = graph.node('Resize', [image, '', scales], {
    mode: { text: isLinear ? 'linear' : 'nearest' },
    coordinate_transformation_mode: { text: 'asymmetric' },
    ...(!isLinear && { nearest_mode: { text: 'floor' } }),
  })
  const layout = call.isChannelsFirst ? 'plain' : 'channelsFirst'
  return [new Value(name, outputShape, 'float32', layout)]
}

/** `Rescaling`. */
export function rescaling(call: LayerCall): Value[] {
  const { graph, input } = call
  const scaled = graph.mapWith(input, 'Mul', [graph.scalar(call.field('scale'))])
  return [graph.mapWith(scaled, 'Add', [graph.scalar(call.field('offset'))])]
}

/** Pairs for height and width, on all axes of the graph's tensor. */
function onAxes({ input, isChannelsFirst }: LayerCall, [rows, columns]: Pairs): Pairs {
  const height = input.axis(isChannelsFirst ? 2 : 1)
  const width = input.axis(isChannelsFirst ? 3 : 2)
  const none = [0, 0] as const
  return input.shape.map(
    (_, axis) => (axis === height ? rows : axis === width ? columns : none) ?? none,
  )
}
