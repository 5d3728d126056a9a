import type { Operation } from '../../src/capture/recording.js'
import { Binary, Unary } from '../../src/engine/elementwise-function.js'
import { Op } from '../../src/engine/op.js'

/** An operation; what is not said is empty. */
export function operation(op: Op, parts: Partial<Operation> = {}): Operation {
  return {
    op,
    tasks: 1,
    writes: [],
    reads: [],
    integers: [],
    floats: [],
    draw: undefined,
    ...parts,
  }
}

/** A function of each of `count` elements. */
export function unary(out: number, x: number, fn = Unary.relu, count = 10): Operation {
  return operation(Op.unary, {
    writes: [out],
    reads: [x],
    integers: [fn, count, 1024],
    floats: [0, 0],
  })
}

/** A function of two operands, each with an element for each or one for all. */
export function binary(
  out: number,
  [a, b]: readonly [number, number],
  { fn = Binary.add, count = 10, steps = [1, 1] as readonly [number, number] } = {},
): Operation {
  return operation(Op.binary, {
    writes: [out],
    reads: [a, b],
    integers: [fn, count, 1024, ...steps],
  })
}

/** An operation that is no step of a chain. */
export function product(out: number, reads: readonly number[]): Operation {
  return operation(Op.product, { writes: [out], reads })
}
