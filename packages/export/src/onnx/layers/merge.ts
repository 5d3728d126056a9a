import { type Layout, orderOf, Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** `Add`. */
export const add = (call: LayerCall): Value[] => merged(call, 'Sum')
/** `Average`. */
export const average = (call: LayerCall): Value[] => merged(call, 'Mean')
/** `Maximum`. */
export const maximum = (call: LayerCall): Value[] => merged(call, 'Max')
/** `Minimum`. */
export const minimum = (call: LayerCall): Value[] => merged(call, 'Min')

/** `Multiply`. */
export function multiply(call: LayerCall): Value[] {
  const { names, layout } = alike(call)
  const [first = '', ...others] = names
  const product = others.reduce(
    (one, other) => call.graph.node('Mul', [one, other]),
    first,
  )
  return [new Value(product, call.outputShape, 'float32', layout)]
}

/** `Concatenate`. */
export function concatenate(call: LayerCall): Value[] {
  const { graph, outputShape } = call
  const layout = layoutOf(call)
  const rank = outputShape.length
  const found = call.field<number>('axis')
  const axis = orderOf(layout, rank).indexOf(found < 0 ? found + rank : found)
  const names = call.inputs.map((input) => graph.in(layout, graph.float(input)))
  const name = graph.node('Concat', names, { axis: { int: axis } })
  return [new Value(name, outputShape, 'float32', layout)]
}

function merged(call: LayerCall, operator: string): Value[] {
  const { names, layout } = alike(call)
  const name = call.graph.node(operator, names)
  return [new Value(name, call.outputShape, 'float32', layout)]
}

/** The inputs with the same number of axes: tfjs puts those that lack some after the batch. */
function alike(call: LayerCall): { readonly names: string[]; readonly layout: Layout } {
  const { graph, inputs } = call
  const rank = Math.max(...inputs.map((input) => input.rank))
  const layout = layoutOf(call)
  const names = inputs.map((input) => {
    const name = graph.in(layout, graph.float(input))
    const lacking = rank - input.rank
    if (lacking === 0) return name
    const axes = Array.from({ length: lacking }, (_, at) => at + 1)
    return graph.node('Unsqueeze', [name, graph.integers(axes)])
  })
  return { names, layout }
}

/** The order of axes that needs no transposition, if all inputs have it. */
function layoutOf({ inputs }: LayerCall): Layout {
  const [first] = inputs as [Value]
  const isShared = inputs.every(
    (input) => input.layout === 'channelsFirst' && input.rank === first.rank,
  )
  return isShared ? 'channelsFirst' : 'plain'
}
