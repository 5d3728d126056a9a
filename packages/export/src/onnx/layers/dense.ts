import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'
import { withActivation } from './activations.js'

/** `Dense`: over the last axis. */
export function dense(call: LayerCall): Value[] {
  const { graph, input, outputShape } = call
  const kernel = call.constant('kernel')
  const bias = call.has('bias') ? [call.constant('bias')] : []
  const plain = graph.plain(input)
  if (input.rank === 2) {
    const name = graph.node('Gemm', [plain, kernel, ...bias])
    return [withActivation(call, graph.value(name, outputShape))]
  }
  const product = graph.node('MatMul', [plain, kernel])
  const name = bias.length > 0 ? graph.node('Add', [product, ...bias]) : product
  return [withActivation(call, graph.value(name, outputShape))]
}

/** `Embedding`: a row of its table for each index. */
export function embedding(call: LayerCall): Value[] {
  const { graph, inputs, outputShape } = call
  const [indices] = inputs as [Value]
  const plain = graph.plain(indices)
  const isInteger = indices.type === 'int32' || indices.type === 'int64'
  const whole = isInteger ? plain : graph.node('Cast', [plain], { to: { int: 6 } })
  const name = graph.node('Gather', [call.constant('embeddings'), whole])
  return [graph.value(name, outputShape)]
}
