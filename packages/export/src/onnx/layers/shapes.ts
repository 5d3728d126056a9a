import { range } from '../graph/permutation.js'
import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** `Flatten`. */
export function flatten(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const axes = range(input.rank)
  const order = call.isChannelsFirst ? [0, ...axes.slice(2), 1] : axes
  const name = graph.node('Reshape', [
    graph.ordered(input, order),
    graph.integers([0, -1]),
  ])
  return [graph.value(name, outputShape)]
}

/** `Reshape`. */
export function reshape(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const target = outputShape.slice(1).map((size) => size ?? -1)
  if (target.filter((size) => size === -1).length > 1)
    throw call.refusal('more than one size of its targetShape is known only when it runs')
  const name = graph.node('Reshape', [graph.plain(input), graph.integers([0, ...target])])
  return [graph.value(name, outputShape)]
}

/** `Permute`. */
export function permute(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const name = graph.ordered(input, [0, ...call.field<readonly number[]>('dims')])
  return [graph.value(name, outputShape)]
}

/** `RepeatVector`. */
export function repeatVector(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const column = graph.node('Unsqueeze', [graph.plain(input), graph.integers([1])])
  const name = graph.node('Tile', [column, graph.integers([1, call.field('n'), 1])])
  return [graph.value(name, outputShape)]
}

/** What does nothing when a model predicts: dropout and noise. */
export const passed = (call: LayerCall): Value[] => [call.inputs[0] as Value]

/** `Masking`: steps that have the masked value in every feature become zeros. */
export function masking(call: LayerCall): Value[] {
  const { graph, input } = call
  const masked = graph.mapWith(input, 'Equal', [graph.scalar(call.field('maskValue'))])
  const kept = graph.node('Cast', [graph.node('Not', [masked.name])], { to: { int: 1 } })
  const step = graph.node('ReduceMax', [kept], {
    axes: { ints: [input.axis(-1)] },
    keepdims: { int: 1 },
  })
  return [graph.mapWith(input, 'Mul', [step])]
}
