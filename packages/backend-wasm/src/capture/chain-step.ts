import { Binary, Unary } from '../engine/elementwise-function.js'
import { Op } from '../engine/op.js'
import type { Operation } from './recording.js'

/** An operand of an elementwise function: a storage with an element for each element, or one for all. */
export interface Operand {
  readonly storage: number
  readonly isEach: boolean
}

/** An elementwise operation as a step of a chain. */
export interface ChainStep {
  readonly fn: number
  readonly count: number
  readonly result: number
  readonly operands: readonly Operand[]
  /** The floats of a unary function. */
  readonly floats: readonly number[]
}

/** An operation as a step of a chain, or `undefined` if it is none: see `assembly/chain.ts`. */
export function chainStep(operation: Operation): ChainStep | undefined {
  const { op, writes, reads, integers, floats } = operation
  const [fn = 0, count = 0] = integers
  const [result, first, second] = [writes[0], reads[0], reads[1]] as number[]
  if (result === undefined || first === undefined) return undefined
  if (op === Op.unary && fn < Unary.isNaN) {
    const operands = [{ storage: first, isEach: true }]
    return { fn, count, result, operands, floats }
  }
  if (op !== Op.binary || fn >= Binary.equal || second === undefined) return undefined
  const isEach = (step: number | undefined) => step === 1 || count === 1
  const operands = [
    { storage: first, isEach: isEach(integers[3]) },
    { storage: second, isEach: isEach(integers[4]) },
  ]
  return { fn, count, result, operands, floats: [] }
}
