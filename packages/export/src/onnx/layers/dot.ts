import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'

/** What tfjs takes for the smallest norm, squared. */
const EPSILON = 1e-7

/** `Dot`: of vectors or matrices, of each sample. */
export function dot(call: LayerCall): Value[] {
  const { graph, inputs, outputShape } = call
  const [x, y] = inputs.map((input) => graph.float(input)) as [Value, Value]
  const found = call.field<number | readonly [number, number]>('axes')
  const [one, other] = typeof found === 'number' ? [found, found] : found
  const axes = [one < 0 ? one + x.rank : one, other < 0 ? other + y.rank : other] as const
  if (axes.includes(0)) throw call.refusal('its axes include that of the batch')
  const isNormal = call.field<boolean>('normalize')
  const [left, right] = [x, y].map((input, at) => {
    const plain = graph.plain(input)
    return isNormal ? normalized(call, plain, axes[at] as number) : plain
  }) as [string, string]
  if (x.rank === 2 && y.rank === 2) {
    const product = graph.node('Mul', [left, right])
    const name = graph.node('ReduceSum', [product, graph.integers([1])], {
      keepdims: { int: 1 },
    })
    return [graph.value(name, outputShape)]
  }
  // Matrices: rows of x by columns of y, a vector being a matrix of one row or column.
  const rows =
    x.rank === 2
      ? graph.node('Unsqueeze', [left, graph.integers([1])])
      : axes[0] === 2
        ? left
        : graph.node('Transpose', [left], { perm: { ints: [0, 2, 1] } })
  const columns =
    y.rank === 2
      ? graph.node('Unsqueeze', [right, graph.integers([2])])
      : axes[1] === 1
        ? right
        : graph.node('Transpose', [right], { perm: { ints: [0, 2, 1] } })
  const product = graph.node('MatMul', [rows, columns])
  const single = [...(x.rank === 2 ? [1] : []), ...(y.rank === 2 ? [2] : [])]
  const name =
    single.length > 0 ? graph.node('Squeeze', [product, graph.integers(single)]) : product
  return [graph.value(name, outputShape)]
}

function normalized({ graph }: LayerCall, name: string, axis: number): string {
  const square = graph.node('Mul', [name, name])
  const sum = graph.node('ReduceSum', [square, graph.integers([axis])], {
    keepdims: { int: 1 },
  })
  const raised = graph.node('Max', [sum, graph.scalar(EPSILON)])
  return graph.node('Div', [name, graph.node('Sqrt', [raised])])
}
