import { activated, activationNames, clip } from '../activation.js'
import { orderOf, type Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** A value after the activation function that a layer has as its option. */
export function withActivation(call: LayerCall, value: Value): Value {
  const name = call.field<string | undefined>('activation') ?? 'linear'
  const result = activated(call.graph, value, name)
  if (result) return result
  throw call.refusal(
    `its activation "${name}" has no counterpart; there are ${activationNames.join(', ')}`,
  )
}

/** `Activation`. */
export const activation = (call: LayerCall): Value[] => [withActivation(call, call.input)]

/** `ReLU`. */
export function relu(call: LayerCall): Value[] {
  const max = call.field<number | null | undefined>('maxValue')
  const { graph, input } = call
  return [max == null ? graph.map(input, 'Relu') : clip(graph, input, 0, max)]
}

/** `LeakyReLU`. */
export const leakyRelu = (call: LayerCall): Value[] => [
  call.graph.map(call.input, 'LeakyRelu', { alpha: { float: call.field('alpha') } }),
]

/** `ELU`. */
export const elu = (call: LayerCall): Value[] => [
  call.graph.map(call.input, 'Elu', { alpha: { float: call.field('alpha') } }),
]

/** `ThresholdedReLU`. */
export const thresholdedRelu = (call: LayerCall): Value[] => [
  call.graph.map(call.input, 'ThresholdedRelu', {
    alpha: { float: call.field('theta') },
  }),
]

/** `PReLU`: its slopes have a shape without the batch. */
export function prelu(call: LayerCall): Value[] {
  const { graph, input } = call
  const [, ...axes] = orderOf(input.layout, input.rank)
  const slopes = call.permuted(
    'alpha',
    axes.map((axis) => axis - 1),
  )
  return [graph.mapWith(input, 'PRelu', [slopes])]
}

/** `Softmax`. */
export function softmax(call: LayerCall): Value[] {
  const found = call.field<number | readonly number[]>('axis')
  const { graph, input } = call
  const [axis, second] = typeof found === 'number' ? [found] : found
  const isLast = axis === -1 || axis === input.rank - 1
  if (!isLast || second !== undefined)
    throw call.refusal('tfjs has softmax over the last axis only; give it axis: -1')
  return [graph.map(input, 'Softmax', { axis: { int: input.axis(-1) } })]
}
