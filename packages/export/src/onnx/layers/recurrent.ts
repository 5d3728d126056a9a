import type { TensorData } from '@regimen/core'
import { transposed } from '../graph/permutation.js'
import type { Attributes, ConstantTensor, Dimension } from '../graph/tensor-type.js'
import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** Activation functions that recurrent operations of ONNX have, with their constants. */
const functions: Readonly<
  Record<
    string,
    { readonly name: string; readonly alpha?: number; readonly beta?: number }
  >
> = {
  relu: { name: 'Relu' },
  tanh: { name: 'Tanh' },
  sigmoid: { name: 'Sigmoid' },
  softsign: { name: 'Softsign' },
  softplus: { name: 'Softplus' },
  elu: { name: 'Elu', alpha: 1 },
  hardSigmoid: { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
}

/** An operation of ONNX: the order of its gates among those of tfjs, and its activation functions. */
const kinds: Readonly<
  Record<string, { operator: string; gates: readonly number[]; uses: readonly string[] }>
> = {
  SimpleRNN: { operator: 'RNN', gates: [0], uses: ['activation'] },
  GRU: { operator: 'GRU', gates: [0, 1, 2], uses: ['recurrentActivation', 'activation'] },
  // tfjs: input, forget, cell, output; ONNX: input, output, forget, cell.
  LSTM: {
    operator: 'LSTM',
    gates: [0, 3, 1, 2],
    uses: ['recurrentActivation', 'activation', 'activation'],
  },
}

/** Outputs of a recurrent layer: its sequence or last step, then its states. */
export type RecurrentOutputs = readonly [output: Value, ...states: Value[]]

/** `SimpleRNN`, `GRU`, `LSTM`. */
export const recurrent = (call: LayerCall): readonly Value[] =>
  recurrentOutputs(call, false)

/**
 * Converts a recurrent layer.
 *
 * @param isReversed whether its sequence is wanted from the last step to the first
 */
export function recurrentOutputs(call: LayerCall, isReversed: boolean): RecurrentOutputs {
  const { graph, layer, inputs } = call
  if (call.field('stateful'))
    throw call.refusal(
      'it is stateful: it keeps its state from one prediction to the next',
    )
  const { operator, gates } = kinds[layer.getClassName()] as (typeof kinds)[string]
  const [x, ...states] = inputs.map((input) => graph.float(input)) as [Value, ...Value[]]
  const units = call.field<number>('units')
  const isBackward = call.field<boolean>('goBackwards') === true
  const initial = states.map((state) =>
    graph.node('Unsqueeze', [graph.plain(state), graph.integers([0])]),
  )
  const parts = [
    graph.ordered(x, [1, 0, 2]),
    matrix(call, 'kernel', gates),
    matrix(call, 'recurrent_kernel', gates),
    call.has('bias') ? biases(call, gates) : '',
    ...(initial.length > 0 ? ['', ...initial] : []),
  ]
  const count = operator === 'LSTM' ? 3 : 2
  const [all = '', ...last] = graph.nodeWith(count, operator, parts, {
    hidden_size: { int: units },
    ...activations(call),
    direction: { text: isBackward ? 'reverse' : 'forward' },
  })
  const batch = x.shape[0] as Dimension
  const finals = last.map((name) => {
    const squeezed = graph.node('Squeeze', [name, graph.integers([0])])
    return graph.value(squeezed, [batch, units])
  })
  const returned = call.field<boolean>('returnState') ? finals : []
  if (!call.field<boolean>('returnSequences')) return [finals[0] as Value, ...returned]
  const steps = graph.node('Squeeze', [all, graph.integers([1])])
  const sequence = graph.node('Transpose', [steps], { perm: { ints: [1, 0, 2] } })
  // ONNX returns a sequence in the order of its input, tfjs in the order in which it was computed.
  const name = isBackward === isReversed ? sequence : reversed(call, sequence)
  return [graph.value(name, [batch, x.shape[1] as Dimension, units]), ...returned]
}

function reversed({ graph }: LayerCall, name: string): string {
  const range = [[-1], [-(2 ** 31)], [1], [-1]].map((values) => graph.integers(values))
  return graph.node('Slice', [name, ...range])
}

function activations(call: LayerCall): Attributes {
  const { uses } = kinds[call.layer.getClassName()] as (typeof kinds)[string]
  const used = uses.map((field) => {
    const name = call.field<string>(field)
    const found = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (found) return found
    const known = Object.keys(functions).join(', ')
    throw call.refusal(`its ${field} "${name}" is none that ONNX has there: ${known}`)
  })
  const alphas = used.flatMap(({ alpha }) => (alpha === undefined ? [] : [alpha]))
  const betas = used.flatMap(({ beta }) => (beta === undefined ? [] : [beta]))
  return {
    activations: { texts: used.map(({ name }) => name) },
    ...(alphas.length > 0 && { activation_alpha: { floats: alphas } }),
    ...(betas.length > 0 && { activation_beta: { floats: betas } }),
  }
}

/** A matrix of all gates, `[inputs, gates * units]`, as `[1, gates * units, inputs]` in ONNX' order. */
function matrix(call: LayerCall, name: string, gates: readonly number[]): string {
  return call.arranged(name, 'recurrent', (weight) => {
    const { rows, columns } = sizesOf(weight)
    const turned = transposed(weight.data as Float32Array, [rows, columns], [1, 0])
    const block = turned.length / gates.length
    const data = inOrder(turned, gates, block)
    return { type: 'float32', shape: [1, columns, rows], data }
  })
}

/** The biases of inputs, and zeros for those of states, which tfjs does not have. */
function biases(call: LayerCall, gates: readonly number[]): string {
  return call.arranged('bias', 'recurrent', (weight): ConstantTensor => {
    const { length } = weight.data
    const data = new Float32Array(2 * length)
    data.set(inOrder(weight.data as Float32Array, gates, length / gates.length))
    return { type: 'float32', shape: [1, 2 * length], data }
  })
}

function inOrder(
  data: Float32Array,
  gates: readonly number[],
  block: number,
): Float32Array {
  const result = new Float32Array(data.length)
  for (const [place, gate] of gates.entries())
    result.set(data.subarray(gate * block, (gate + 1) * block), place * block)
  return result
}

function sizesOf({ shape }: TensorData): {
  readonly rows: number
  readonly columns: number
} {
  const [rows = 0, columns = 0] = shape
  return { rows, columns }
}
