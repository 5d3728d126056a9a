import { type Permutation, range, toChannelsFirst } from './permutation.js'
import type { ElementType, Shape } from './tensor-type.js'

/** The order of axes in which a tensor of the graph is: as in tfjs, or with the channels after the batch. */
export type Layout = 'plain' | 'channelsFirst'

/** What a layer receives or returns: a tensor of tfjs, which the graph may have in another order of axes. */
export class Value {
  /** In the order that tfjs has. */
  readonly shape: Shape
  readonly type: ElementType
  /** The order in which it was made. */
  readonly layout: Layout
  readonly #names = new Map<string, string>()

  constructor(name: string, shape: Shape, type: ElementType, layout: Layout = 'plain') {
    this.shape = shape
    this.type = type
    // With one spatial axis or none the two orders may be the same.
    this.layout = shape.length < 3 ? 'plain' : layout
    this.keep(this.order, name)
  }

  get rank(): number {
    return this.shape.length
  }

  /** Axes of tfjs' order as they are in the graph's tensor. */
  get order(): Permutation {
    return orderOf(this.layout, this.rank)
  }

  /** Name of the graph's tensor. */
  get name(): string {
    return this.nameIn(this.order) as string
  }

  /** Name of a tensor with its axes in an order, if the graph has one. */
  nameIn(order: Permutation): string | undefined {
    return this.#names.get(order.join())
  }

  keep(order: Permutation, name: string): void {
    this.#names.set(order.join(), name)
  }

  /** The axis of the graph's tensor for an axis of tfjs, which may be negative. */
  axis(axis: number): number {
    return this.order.indexOf(axis < 0 ? axis + this.rank : axis)
  }
}

/** The order of axes of a layout. */
export function orderOf(layout: Layout, rank: number): Permutation {
  return layout === 'plain' ? range(rank) : toChannelsFirst(rank)
}
