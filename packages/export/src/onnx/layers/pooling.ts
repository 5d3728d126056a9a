import { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'
import { imageOf, imageValue, spatialSizes, windowAttributes } from './spatial.js'

/** `MaxPooling1D`, `MaxPooling2D`, `MaxPooling3D`. */
export const maxPooling = (call: LayerCall): Value[] => pooled(call, 'MaxPool')

/** `AveragePooling1D`, `AveragePooling2D`, `AveragePooling3D`: what is padded does not count. */
export const averagePooling = (call: LayerCall): Value[] => pooled(call, 'AveragePool')

/** `GlobalMaxPooling1D`, `GlobalMaxPooling2D`. */
export const globalMaxPooling = (call: LayerCall): Value[] => reduced(call, 'ReduceMax')

/** `GlobalAveragePooling1D`, `GlobalAveragePooling2D`. */
export const globalAveragePooling = (call: LayerCall): Value[] =>
  reduced(call, 'ReduceMean')

function pooled(call: LayerCall, operator: string): Value[] {
  const { graph, input, outputShape } = call
  const dims = input.rank - 2
  const windows = {
    kernel: call.sizes('poolSize', dims),
    strides: call.sizes('strides', dims),
    dilations: Array.from({ length: dims }, () => 1),
  }
  const attributes = windowAttributes(call, windows, spatialSizes(call, input.shape))
  const name = graph.node(operator, [imageOf(call)], attributes)
  return [imageValue(call, name, outputShape)]
}

function reduced(call: LayerCall, operator: string): Value[] {
  const { graph, input, isChannelsFirst, outputShape } = call
  const first = isChannelsFirst ? 2 : 1
  const axes = Array.from({ length: input.rank - 2 }, (_, at) => input.axis(first + at))
  const name = graph.node(operator, [input.name], {
    axes: { ints: axes.sort((one, other) => one - other) },
    keepdims: { int: 0 },
  })
  return [new Value(name, outputShape, 'float32')]
}
