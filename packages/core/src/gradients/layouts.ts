import * as tf from '@tensorflow/tfjs-core'

/** Kernels that move or repeat values. */
export const layoutGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.MirrorPad,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { paddings, mode } = attributes as unknown as MirrorPadding
      const { shape } = saved[0] as tf.Tensor
      return { x: () => ofMirrorPad(dy as tf.Tensor, shape, paddings, mode) }
    },
  },
  {
    kernelName: tf.Tile,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { reps } = attributes as unknown as { reps: number[] }
      return { x: () => ofTile(dy as tf.Tensor, (saved[0] as tf.Tensor).shape, reps) }
    },
  },
  {
    kernelName: tf.DepthToSpace,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { blockSize, dataFormat } = attributes as unknown as Blocks
      if (dataFormat !== 'NHWC') {
        throw new Error(
          `depthToSpace: the gradient for the data format "${dataFormat}" is not there; transpose to "NHWC".`,
        )
      }
      const [n, h, w, depth] = (saved[0] as tf.Tensor4D).shape
      const channels = depth / blockSize ** 2
      const blocks = [n, h, blockSize, w, blockSize * channels]
      const moved = () =>
        tf.transpose(tf.reshape(dy as tf.Tensor, blocks), [0, 1, 3, 2, 4])
      return { x: () => tf.reshape(moved(), [n, h, w, depth]) }
    },
  },
  {
    kernelName: tf.FlipLeftRight,
    gradFunc: (dy) => ({ image: () => tf.image.flipLeftRight(dy as tf.Tensor4D) }),
  },
  {
    kernelName: tf.Diag,
    inputsToSave: ['x'],
    gradFunc: (dy, saved) => {
      const { size, shape } = saved[0] as tf.Tensor
      const square = () => tf.mul(tf.reshape(dy as tf.Tensor, [size, size]), tf.eye(size))
      return { x: () => tf.reshape(tf.sum(square(), 1), shape) }
    },
  },
]

interface MirrorPadding {
  readonly paddings: readonly (readonly [number, number])[]
  readonly mode: 'reflect' | 'symmetric'
}

interface Blocks {
  readonly blockSize: number
  readonly dataFormat: string
}

/** Adds to every value its mirror images, axis by axis. */
function ofMirrorPad(
  dy: tf.Tensor,
  shape: readonly number[],
  paddings: MirrorPadding['paddings'],
  mode: MirrorPadding['mode'],
): tf.Tensor {
  let dx = dy
  paddings.forEach(([before, after], axis) => {
    if (before + after === 0) return
    const length = shape[axis] as number
    const repeated = mode === 'symmetric' ? 1 : 0
    const sources = Array.from({ length: before + length + after }, (_, i) => {
      const at = i - before
      if (at < 0) return -at - repeated
      return at < length ? at : 2 * (length - 1) - at + repeated
    })
    const outer = dx.shape.slice(0, axis).reduce((a, b) => a * b, 1)
    const rows = tf.transpose(tf.reshape(dx, [outer, sources.length, -1]), [1, 0, 2])
    const sums = tf.unsortedSegmentSum(rows, tf.tensor1d(sources, 'int32'), length)
    const kept = [...dx.shape.slice(0, axis), length, ...dx.shape.slice(axis + 1)]
    dx = tf.reshape(tf.transpose(sums, [1, 0, 2]), kept)
  })
  return dx
}

function ofTile(dy: tf.Tensor, shape: number[], reps: readonly number[]): tf.Tensor {
  if (dy.size === 0) return tf.zeros(shape)
  let dx = dy
  let outer = 1
  shape.forEach((length, axis) => {
    const count = reps[axis] as number
    if (count !== 1) {
      const rest = dx.size / (outer * count)
      dx = tf.sum(tf.reshape(dx, [outer, count, rest]), 1)
    }
    outer *= length
  })
  return tf.reshape(dx, shape)
}
