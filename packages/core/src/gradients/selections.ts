import * as tf from '@tensorflow/tfjs-core'

/**
 * Adds each value of `dy` to the place that it came from.
 *
 * @param pick does to a tensor of indices, int32, what the kernel did to the values
 */
function putBack(
  dy: tf.Tensor,
  shape: number[],
  pick: (places: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const size = tf.util.sizeFromShape(shape)
  const places = pick(tf.reshape(tf.range(0, size, 1, 'int32'), shape))
  return addedUp(dy, places, shape)
}

/** A tensor with each value of `dy` at its index, an int32 tensor of the same size; equal indices add up. */
function addedUp(dy: tf.Tensor, places: tf.Tensor, shape: number[]): tf.Tensor {
  const ids = tf.reshape(places, [places.size]) as tf.Tensor1D
  const size = tf.util.sizeFromShape(shape)
  return tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [dy.size]), ids, size), shape)
}

interface StridedSlice {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

/** Kernels that pick values by index, for which tfjs has no gradient. */
export const selectionGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.StridedSlice,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { shape } = saved[0] as tf.Tensor
      const { begin, end, strides, ...masks } = attributes as unknown as StridedSlice
      const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = masks
      const pick = (places: tf.Tensor) =>
        tf.stridedSlice(
          ...([places, begin, end, strides] as const),
          ...([beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const),
        )
      return { x: () => putBack(dy as tf.Tensor, shape, pick) }
    },
  },
  {
    kernelName: tf.TopK,
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dys, saved) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor]
      const [dy] = dys as [tf.Tensor]
      const length = x.shape.at(-1) as number
      const rows = tf.reshape(tf.range(0, x.size, length, 'int32'), [-1, 1])
      const ofRows = tf.reshape(indices, [x.size / length, -1])
      return { x: () => addedUp(dy, tf.add(ofRows, rows), x.shape) }
    },
  },
  {
    kernelName: tf.GatherNd,
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, saved) => {
      const [{ shape }, indices] = saved as [tf.Tensor, tf.Tensor]
      const pick = (places: tf.Tensor) => tf.gatherND(places, indices)
      return { params: () => putBack(dy as tf.Tensor, shape, pick) }
    },
  },
  {
    kernelName: tf.ScatterNd,
    inputsToSave: ['indices'],
    gradFunc: (dy, saved) => ({
      updates: () => tf.gatherND(dy as tf.Tensor, saved[0] as tf.Tensor),
    }),
  },
  {
    kernelName: tf.TensorScatterUpdate,
    inputsToSave: ['indices', 'updates'],
    gradFunc: (dy, saved) => {
      const [indices, updates] = saved as [tf.Tensor, tf.Tensor]
      // a copy: tfjs' cpu backend writes the updates into its input tensor
      const copy = () => tf.add(dy as tf.Tensor, 0)
      return {
        tensor: () => tf.tensorScatterUpdate(copy(), indices, tf.zerosLike(updates)),
        updates: () => tf.gatherND(dy as tf.Tensor, indices),
      }
    },
  },
  gatherWithBatches(),
]

/** tfjs' own gradient of `gather` is right for at most one batch dimension. */
function gatherWithBatches(): tf.GradConfig {
  return {
    kernelName: tf.GatherV2,
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attributes) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor]
      const { axis = 0, batchDims = 0 } = attributes as unknown as {
        axis?: number
        batchDims?: number
      }
      const [at] = tf.util.parseAxisParam(axis, x.shape) as [number]
      if (batchDims > 0) {
        const pick = (places: tf.Tensor) =>
          tf.gather(places, indices as tf.Tensor1D, at, batchDims)
        return { x: () => putBack(dy as tf.Tensor, x.shape, pick) }
      }
      return { x: () => ofGather(x, indices, dy as tf.Tensor, at) }
    },
  }
}

/** Adds up whole slices: moves the axis to the front and back, unless it is the first. */
function ofGather(
  x: tf.Tensor,
  indices: tf.Tensor,
  dy: tf.Tensor,
  axis: number,
): tf.Tensor {
  const length = x.shape[axis] as number
  const ids = tf.reshape(indices, [indices.size]) as tf.Tensor1D
  const outer = x.shape.slice(0, axis).reduce((a, b) => a * b, 1)
  if (outer === 1) {
    const rows = tf.reshape(dy, [indices.size, ...x.shape.slice(axis + 1)])
    return tf.reshape(tf.unsortedSegmentSum(rows, ids, length), x.shape)
  }
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const slices = tf.transpose(tf.reshape(dy, [outer, indices.size, inner]), [1, 0, 2])
  const sums = tf.unsortedSegmentSum(slices, ids, length)
  return tf.reshape(tf.transpose(sums, [1, 0, 2]), x.shape)
}
