/** The order of axes: `permutation[i]` is the axis of the source that becomes axis `i`. */
export type Permutation = readonly number[]

/** Channels last to channels first: `[0, 3, 1, 2]` for an image. */
export function toChannelsFirst(rank: number): Permutation {
  const axes = range(rank)
  return rank < 3 ? axes : [0, rank - 1, ...axes.slice(1, -1)]
}

/** Axes as they are. */
export const range = (rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => axis)

/** The permutation that undoes another. */
export function inverse(permutation: Permutation): Permutation {
  return range(permutation.length).map((axis) => permutation.indexOf(axis))
}

/** What two permutations do, one after the other. */
export function composed(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis] as number)
}

/** Whether nothing moves. */
export const isIdentity = (permutation: Permutation): boolean =>
  permutation.every((axis, place) => axis === place)

/** An array with its axes in another order. */
export function transposed<Data extends Float32Array | Int32Array | Uint8Array>(
  data: Data,
  shape: readonly number[],
  permutation: Permutation,
): Data {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  )
  const sizes = permutation.map((axis) => shape[axis] as number)
  const steps = permutation.map((axis) => strides[axis] as number)
  const result = data.slice() as Data
  const place = sizes.map(() => 0)
  let offset = 0
  for (let at = 0; at < result.length; at++) {
    result[at] = data[offset] as number
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      offset += steps[axis] as number
      place[axis] = (place[axis] as number) + 1
      if ((place[axis] as number) < (sizes[axis] as number)) break
      offset -= (steps[axis] as number) * (sizes[axis] as number)
      place[axis] = 0
    }
  }
  return result
}
