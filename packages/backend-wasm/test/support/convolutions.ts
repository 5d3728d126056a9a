/** A convolution to be checked: NHWC image, filter size and what `tf.conv2d` is given. */
export interface Convolution {
  readonly image: readonly [number, number, number, number]
  readonly filter: readonly [number, number]
  readonly out: number
  readonly strides: number | [number, number]
  readonly pad: 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]]
}

const strides = [1, 2, 3, [1, 2], [3, 1], [2, 3]] as Convolution['strides'][]
const images = [
  { image: [2, 7, 9, 3], filter: [3, 3], out: 4 },
  { image: [1, 8, 5, 1], filter: [2, 5], out: 3 },
  { image: [3, 6, 6, 5], filter: [1, 1], out: 2 },
] as const

/** Odd and even sizes, every padding, strides 1 to 3 and unequal ones. */
export const convolutions: readonly Convolution[] = images.flatMap((sizes) =>
  strides.flatMap((stride) => [
    { ...sizes, strides: stride, pad: 'same' as const },
    { ...sizes, strides: stride, pad: 'valid' as const },
    { ...sizes, strides: stride, pad: 2 },
    { ...sizes, strides: stride, pad: explicit([2, 0], [0, 3]) },
  ]),
)

function explicit(
  rows: [number, number],
  columns: [number, number],
): [[0, 0], [number, number], [number, number], [0, 0]] {
  return [[0, 0], rows, columns, [0, 0]]
}
