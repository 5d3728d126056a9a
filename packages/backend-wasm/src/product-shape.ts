import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Attributes } from './heap.js'

/** What a product of two (stacks of) matrices looks like once nothing is transposed. */
export interface ProductShape {
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Leading dimensions of the two factors and of the result. */
  readonly batchA: readonly number[]
  readonly batchB: readonly number[]
  readonly batch: readonly number[]
}

/**
 * The dimensions of `a · b` after the transpositions asked for.
 *
 * @throws Error if the inner dimensions differ or the batch dimensions do not broadcast
 */
export function productShape(
  a: TensorInfo,
  b: TensorInfo,
  attributes: Attributes,
): ProductShape {
  const [rows, innerA] = matrixShape(a, attributes.transposeA === true)
  const [innerB, columns] = matrixShape(b, attributes.transposeB === true)
  if (innerA !== innerB) {
    throw new Error(
      `matMul of shapes [${a.shape}] and [${b.shape}] with transposeA=${attributes.transposeA} and ` +
        `transposeB=${attributes.transposeB}: the inner dimensions are ${innerA} and ${innerB}; make them equal.`,
    )
  }
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  return { rows, inner: innerA, columns, batchA, batchB, batch }
}

/** For each matrix of the result, where its factor begins in a stack that is broadcast to it. */
export function broadcastStarts(
  from: readonly number[],
  to: readonly number[],
  matrixSize: number,
): number[] {
  const padded = [...Array<number>(to.length - from.length).fill(1), ...from]
  let starts = [0]
  padded.forEach((size, axis) => {
    const steps = Array.from({ length: to[axis] as number }, (_, i) =>
      size === 1 ? 0 : i,
    )
    starts = starts.flatMap((start) => steps.map((step) => start * size + step))
  })
  return starts.map((start) => start * matrixSize)
}

/** Rows and columns of the matrices in a tensor, after a transposition if asked for. */
export function matrixShape(
  { shape }: TensorInfo,
  isTransposed: boolean,
): [number, number] {
  const rows = shape[shape.length - 2] as number
  const columns = shape[shape.length - 1] as number
  return isTransposed ? [columns, rows] : [rows, columns]
}
