import { transposed } from '../graph/permutation.js'
import type { Value } from '../graph/value.js'
import { orderOf } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** `BatchNormalization`, as it predicts: with the means and variances of the training. */
export function batchNormalization(call: LayerCall): Value[] {
  const { graph, input } = call
  const axis = positive(call.field('axis'), input.rank)
  if (axis !== input.rank - 1)
    throw call.refusal(
      'tfjs normalizes the last axis only: over another one its backends differ. Put tf.layers.permute before and after it',
    )
  const { data: mean } = call.weight('moving_mean')
  const { data: variance } = call.weight('moving_variance')
  const epsilon = call.field<number>('epsilon')
  const scale = Array.from(variance, (value, at) => {
    const gamma = call.has('gamma') ? (call.weight('gamma').data[at] as number) : 1
    return gamma / Math.sqrt(value + epsilon)
  })
  const shift = Array.from(mean, (value, at) => {
    const beta = call.has('beta') ? (call.weight('beta').data[at] as number) : 0
    return beta - value * (scale[at] as number)
  })
  const shape = orderOf(input.layout, input.rank).map((one) =>
    one === axis ? scale.length : 1,
  )
  const constant = (name: string, values: readonly number[]) =>
    graph.constant(name, { type: 'float32', shape, data: Float32Array.from(values) })
  const scaled = graph.mapWith(input, 'Mul', [constant('scale', scale)])
  return [graph.mapWith(scaled, 'Add', [constant('shift', shift)])]
}

/** `LayerNormalization`. */
export function layerNormalization(call: LayerCall): Value[] {
  const { graph, input } = call
  const found = call.field<number | readonly number[]>('axis')
  const axes = (typeof found === 'number' ? [found] : found).map((axis) =>
    positive(axis, input.rank),
  )
  const reduction = {
    axes: {
      ints: axes.map((axis) => input.axis(axis)).sort((one, other) => one - other),
    },
    keepdims: { int: 1 },
  }
  const mean = graph.node('ReduceMean', [input.name], reduction)
  const centered = graph.mapWith(input, 'Sub', [mean])
  const square = graph.mapWith(centered, 'Mul', [centered.name])
  const variance = graph.node('ReduceMean', [square.name], reduction)
  const raised = graph.node('Add', [variance, graph.scalar(call.field('epsilon'))])
  const deviation = graph.node('Sqrt', [raised])
  const normal = graph.mapWith(centered, 'Div', [deviation])
  const scaled = call.has('gamma')
    ? graph.mapWith(normal, 'Mul', [broadcast(call, 'gamma', axes)])
    : normal
  return [
    call.has('beta')
      ? graph.mapWith(scaled, 'Add', [broadcast(call, 'beta', axes)])
      : scaled,
  ]
}

/** A weight over some axes, with the rank of the input. tfjs reads it as if the axes were ascending. */
function broadcast(call: LayerCall, name: string, axes: readonly number[]): string {
  const { input } = call
  const ascending = axes.toSorted((one, other) => one - other)
  const order = orderOf(input.layout, input.rank)
  const permutation = order.flatMap((axis) =>
    axes.includes(axis) ? [ascending.indexOf(axis)] : [],
  )
  const shape = order.map((axis) =>
    axes.includes(axis) ? (input.shape[axis] as number) : 1,
  )
  return call.arranged(name, `over ${shape.join()}`, ({ data, dtype: type }) => {
    const sizes = ascending.map((axis) => input.shape[axis] as number)
    return { type, shape, data: transposed(data, sizes, permutation) }
  })
}

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
