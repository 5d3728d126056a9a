import type { HeldLayer } from '../../model/held-layer.js'
import type { Shape } from '../graph/tensor-type.js'
import { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'
import { recurrentOutputs } from './recurrent.js'

const MERGES: Readonly<Record<string, string>> = { sum: 'Add', mul: 'Mul', ave: 'Mean' }

/** `Bidirectional`: a recurrent layer and one that goes backwards. */
export function bidirectional(call: LayerCall): Value[] {
  const { graph, layer, inputs } = call
  const { forwardLayer, backwardLayer } = layer as Required<HeldLayer>
  const [x, ...states] = inputs as [Value, ...Value[]]
  const half = states.length / 2
  const forward = part(call, forwardLayer, [x, ...states.slice(0, half)], false)
  // Its sequence is turned round, to fit the other one.
  const backward = part(call, backwardLayer, [x, ...states.slice(half)], true)
  const [[one, ...oneStates], [other, ...otherStates]] = [forward, backward]
  const rest = [...oneStates, ...otherStates]
  const mode = call.field<string | null>('mergeMode')
  if (mode === null) return [one, other, ...rest]
  const names = [graph.plain(one), graph.plain(other)]
  if (mode === 'concat') {
    const name = graph.node('Concat', names, { axis: { int: one.rank - 1 } })
    const shape = [...one.shape.slice(0, -1), 2 * (one.shape.at(-1) as number)]
    return [graph.value(name, shape), ...rest]
  }
  return [graph.value(graph.node(MERGES[mode] as string, names), one.shape), ...rest]
}

function part(
  call: LayerCall,
  layer: HeldLayer,
  inputs: readonly Value[],
  isReversed: boolean,
) {
  const kind = layer.getClassName()
  if (!['SimpleRNN', 'GRU', 'LSTM'].includes(kind))
    throw call.refusal(
      `it holds a layer of the kind ${kind}; SimpleRNN, GRU and LSTM can be`,
    )
  return recurrentOutputs(call.of(layer, inputs), isReversed)
}

/** `TimeDistributed`: the steps become samples, and samples steps again. */
export function timeDistributed(call: LayerCall): Value[] {
  const { graph, layer, inputs, outputShape } = call
  const inner = (layer as Required<HeldLayer>).layer
  const [input] = inputs as [Value]
  const [, , ...sizes] = input.shape
  const unknown = [...sizes, ...outputShape.slice(2)].includes(null)
  if (unknown) throw call.refusal('a size of its steps is known only when it runs')
  const plain = graph.plain(input)
  const merged = graph.node('Reshape', [
    plain,
    graph.integers([-1, ...(sizes as number[])]),
  ])
  const samples = new Value(merged, [null, ...sizes], input.type)
  const [result] = call.convert(inner, [samples]) as [Value]
  const shape = stepsAgain(call, plain, outputShape)
  const name = graph.node('Reshape', [graph.plain(result), shape])
  return [graph.value(name, outputShape)]
}

/** The shape of an output: the first two sizes of the input, which may vary, and its own. */
function stepsAgain({ graph }: LayerCall, input: string, shape: Shape): string {
  const [, steps, ...sizes] = shape
  if (steps !== null) return graph.integers([-1, steps as number, ...(sizes as number[])])
  const found = graph.node('Shape', [input])
  const range = [[0], [2]].map((values) => graph.integers(values))
  const first = graph.node('Slice', [found, ...range])
  return graph.node('Concat', [first, graph.integers(sizes as number[])], {
    axis: { int: 0 },
  })
}
