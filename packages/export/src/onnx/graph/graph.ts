import { composed, inverse, isIdentity, type Permutation, range } from './permutation.js'
import type { Attributes, ConstantTensor, GraphNode, Shape } from './tensor-type.js'
import { type Layout, orderOf, Value } from './value.js'

/** Collects the nodes and constants of a graph, under names of which each is used once. */
export class Graph {
  readonly nodes: GraphNode[] = []
  readonly constants = new Map<string, ConstantTensor>()
  readonly #taken = new Set<string>()
  readonly #kept = new Map<object, Map<string, string>>()
  readonly #scopes: string[] = []

  /** Takes a name, or one like it. */
  claim(wanted: string): string {
    let name = wanted
    for (let copy = 2; this.#taken.has(name); copy++) name = `${wanted}_${copy}`
    this.#taken.add(name)
    return name
  }

  /** Runs a part whose nodes are named after a layer. */
  within<Result>(scope: string, part: () => Result): Result {
    this.#scopes.push(scope)
    try {
      return part()
    } finally {
      this.#scopes.pop()
    }
  }

  /** Adds a node with one output. @returns the name of its output */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodeWith(1, operator, inputs, attributes)[0] as string
  }

  /** Adds a node with several outputs. @returns their names */
  nodeWith(
    count: number,
    operator: string,
    inputs: readonly string[],
    attributes: Attributes = {},
  ): string[] {
    const name = this.claim(this.#scoped(operator))
    const outputs = Array.from({ length: count }, () => this.claim(`${name}:0`))
    this.nodes.push({ operator, name, inputs, outputs, attributes })
    return outputs
  }

  /** Adds a constant. @returns its name */
  constant(name: string, tensor: ConstantTensor): string {
    const claimed = this.claim(this.#scoped(name))
    this.constants.set(claimed, tensor)
    return claimed
  }

  /** Adds what is made of an object, such as a weight, once for each way of making it. */
  once(key: object, way: string, make: () => string): string {
    const ways = this.#kept.get(key) ?? new Map<string, string>()
    this.#kept.set(key, ways)
    const name = ways.get(way) ?? make()
    ways.set(way, name)
    return name
  }

  scalar(value: number): string {
    const tensor = { type: 'float32', shape: [], data: Float32Array.of(value) } as const
    return this.constant('constant', tensor)
  }

  /** Integers, as shapes and axes have them. */
  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, (value) => BigInt(value))
    return this.constant('constant', { type: 'int64', shape: [values.length], data })
  }

  /** The name of a tensor with its axes in an order of tfjs' axes; a node is added unless it is there. */
  ordered(value: Value, order: Permutation): string {
    const known = value.nameIn(order)
    if (known !== undefined) return known
    const perm = composed(inverse(value.order), order)
    const name = isIdentity(perm)
      ? value.name
      : this.node('Transpose', [value.name], { perm: { ints: perm } })
    value.keep(order, name)
    return name
  }

  /** The name of a tensor as tfjs has it. */
  plain(value: Value): string {
    return this.ordered(value, range(value.rank))
  }

  /** The name of a tensor in a layout. */
  in(layout: Layout, value: Value): string {
    return this.ordered(value, orderOf(layout, value.rank))
  }

  /** What an operation makes of each element, whatever the order of axes. */
  map(value: Value, operator: string, attributes: Attributes = {}): Value {
    const name = this.node(operator, [value.name], attributes)
    return new Value(name, value.shape, value.type, value.layout)
  }

  /** What an operation makes of each element and other tensors, whose names fit any order of axes. */
  mapWith(value: Value, operator: string, others: readonly string[]): Value {
    const name = this.node(operator, [value.name, ...others])
    return new Value(name, value.shape, value.type, value.layout)
  }

  /** A tensor of floating-point numbers. */
  float(value: Value): Value {
    if (value.type === 'float32') return value
    const name = this.node('Cast', [value.name], { to: { int: 1 } })
    return new Value(name, value.shape, 'float32', value.layout)
  }

  /** A value of tfjs' order of axes. */
  value(name: string, shape: Shape): Value {
    return new Value(name, shape, 'float32')
  }

  #scoped(name: string): string {
    return [...this.#scopes, name].join('/')
  }
}
