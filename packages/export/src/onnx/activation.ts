import type { Graph } from './graph/graph.js'
import type { Attributes } from './graph/tensor-type.js'
import type { Value } from './graph/value.js'

type Convert = (graph: Graph, value: Value) => Value

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/** How the activation functions of tfjs are computed, by their names in configurations. */
const conversions: Readonly<Record<string, Convert>> = {
  linear: (_, value) => value,
  relu: operator('Relu'),
  relu6: (graph, value) => clip(graph, value, 0, 6),
  sigmoid: operator('Sigmoid'),
  hardSigmoid: operator('HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  tanh: operator('Tanh'),
  elu: operator('Elu', { alpha: { float: 1 } }),
  selu: operator('Selu'),
  softplus: operator('Softplus'),
  softsign: operator('Softsign'),
  softmax: alongLastAxis('Softmax'),
  logSoftmax: alongLastAxis('LogSoftmax'),
  swish: (graph, value) => times(graph, value, graph.map(value, 'Sigmoid')),
  mish: (graph, value) =>
    times(graph, value, graph.map(graph.map(value, 'Softplus'), 'Tanh')),
  gelu: (graph, value) => {
    const scaled = graph.mapWith(value, 'Mul', [graph.scalar(Math.SQRT1_2)])
    return halfGated(graph, value, graph.map(scaled, 'Erf'))
  },
  gelu_new: (graph, value) => {
    const cube = graph.mapWith(value, 'Pow', [graph.scalar(3)])
    const part = graph.mapWith(cube, 'Mul', [graph.scalar(0.044715)])
    const sum = graph.mapWith(value, 'Add', [part.name])
    const scaled = graph.mapWith(sum, 'Mul', [graph.scalar(ROOT_2_OVER_PI)])
    return halfGated(graph, value, graph.map(scaled, 'Tanh'))
  },
}

/** Names of the activation functions that can be exported. */
export const activationNames: readonly string[] = Object.keys(conversions)

/**
 * Applies an activation function.
 *
 * @returns nothing if there is none of that name
 */
export function activated(graph: Graph, value: Value, name: string): Value | undefined {
  return Object.hasOwn(conversions, name) ? conversions[name]?.(graph, value) : undefined
}

/** Limits each element to a range. */
export function clip(graph: Graph, value: Value, low: number, high: number): Value {
  return graph.mapWith(value, 'Clip', [graph.scalar(low), graph.scalar(high)])
}

function operator(name: string, attributes: Attributes = {}): Convert {
  return (graph, value) => graph.map(value, name, attributes)
}

function alongLastAxis(name: string): Convert {
  return (graph, value) => graph.map(value, name, { axis: { int: value.axis(-1) } })
}

function times(graph: Graph, value: Value, factor: Value): Value {
  return graph.mapWith(value, 'Mul', [factor.name])
}

/** `value * 0.5 * (1 + gate)`. */
function halfGated(graph: Graph, value: Value, gate: Value): Value {
  const shifted = graph.mapWith(gate, 'Add', [graph.scalar(1)])
  const half = graph.mapWith(value, 'Mul', [graph.scalar(0.5)])
  return times(graph, half, shifted)
}
