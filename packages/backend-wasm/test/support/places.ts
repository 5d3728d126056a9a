type Values = ArrayLike<number>

/** The index of each axis for all places of a tensor, in their order. */
export function places(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (known, size) => known.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  )
}

/** A function of two operands, each given as values and shape, that broadcast. */
export function broadcast(
  rule: (a: number, b: number) => number,
  ...operands: readonly (readonly [Values, readonly number[]])[]
): number[] {
  const rank = Math.max(...operands.map(([, shape]) => shape.length))
  const padded = operands.map(([, shape]) => [...Array(rank - shape.length).fill(1), ...shape])
  const sizes = Array.from({ length: rank }, (_, axis) =>
    padded.reduce((size, shape) => (shape[axis] === 1 ? size : (shape[axis] as number)), 1),
  )
  return places(sizes).map((place) => {
    const [a, b] = operands.map(([values], i) => {
      const shape = padded[i] as number[]
      const at = shape.reduce((sum, size, axis) => {
        return sum * size + (size === 1 ? 0 : (place[axis] as number))
      }, 0)
      return values[at] as number
    })
    return rule(a as number, b as number)
  })
}

/** The value at an index of each axis. */
export function valueAt(
  values: Values,
  shape: readonly number[],
  place: readonly number[],
): number {
  return values[
    shape.reduce((sum, size, axis) => sum * size + (place[axis] as number), 0)
  ] as number
}

/** What a function gives for every place of a tensor, in their order. */
export function valuesOf(
  shape: readonly number[],
  rule: (place: readonly number[]) => number,
): number[] {
  return places(shape).map(rule)
}
