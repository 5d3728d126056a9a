/** How two operands broadcast, in as few axes as possible. */
export interface Broadcast {
  readonly sizes: readonly number[]
  /** Elements from one index to the next along each axis; 0 where the operand is repeated. */
  readonly strides: readonly [a: readonly number[], b: readonly number[]]
}

interface Axis {
  readonly size: number
  readonly strides: readonly [a: number, b: number]
}

/** The axes of `out`, those joined along which both operands are read in one go. No axis has the size 1. */
export function broadcastAxes(
  a: readonly number[],
  b: readonly number[],
  out: readonly number[],
): Broadcast {
  const [aStrides, bStrides] = [stridesOf(a, out), stridesOf(b, out)]
  const axes: Axis[] = []
  out.forEach((size, axis) => {
    if (size === 1) return
    const strides = [aStrides[axis] as number, bStrides[axis] as number] as const
    const before = axes.at(-1)
    const isJoined = before?.strides.every(
      (stride, i) => stride === size * (strides[i] as number),
    )
    if (before === undefined || isJoined !== true) axes.push({ size, strides })
    else axes[axes.length - 1] = { size: before.size * size, strides }
  })
  return {
    sizes: axes.map(({ size }) => size),
    strides: [
      axes.map(({ strides }) => strides[0]),
      axes.map(({ strides }) => strides[1]),
    ],
  }
}

function stridesOf(shape: readonly number[], out: readonly number[]): number[] {
  const strides = out.map(() => 0)
  let stride = 1
  for (let i = 1; i <= shape.length; i++) {
    const size = shape[shape.length - i] as number
    if (size !== 1) strides[out.length - i] = stride
    stride *= size
  }
  return strides
}
