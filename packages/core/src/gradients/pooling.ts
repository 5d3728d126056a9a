import * as tf from '@tensorflow/tfjs-core'

interface Pooling {
  readonly filterSize: number | [number, number, number]
  readonly strides: number | [number, number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The windows along one axis. */
interface Axis {
  readonly size: number
  readonly out: number
  readonly window: number
  readonly stride: number
  readonly before: number
}

/**
 * In Keras, TensorFlow and the forward pass of tfjs a mean is over the values inside the image. The
 * gradient kernels of tfjs divide by the whole window, so `dy` is scaled first to compensate. They also
 * forget how the size of the output was rounded, so they receive the resulting padding.
 */
export const poolingGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.AvgPool,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const x = saved[0] as tf.Tensor4D
      const pooling = attributes as unknown as Pooling
      const axes = axesOfImage(x, pooling)
      const explicit = withPadding(pooling, axes)
      return { x: () => ofAverage(tf.AvgPoolGrad, dy as tf.Tensor, x, axes, explicit) }
    },
  },
  {
    kernelName: tf.MaxPool,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (gradient, saved, attributes) => {
      const dy = gradient as tf.Tensor
      const [input, output] = saved as [tf.Tensor4D, tf.Tensor]
      const pooling = attributes as unknown as Pooling
      const explicit = withPadding(pooling, axesOfImage(input, pooling))
      return {
        x: () => tf.engine().runKernel(tf.MaxPoolGrad, { dy, input, output }, explicit),
      }
    },
  },
  {
    kernelName: tf.AvgPool3D,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const x = saved[0] as tf.Tensor5D
      const axes = axesOfVolume(x, attributes as unknown as Pooling)
      return {
        x: () => ofAverage(tf.AvgPool3DGrad, dy as tf.Tensor, x, axes, attributes),
      }
    },
  },
]

function axesOfImage(x: tf.Tensor4D, pooling: Pooling): Axis[] {
  const { filterSize, strides, pad, dimRoundingMode } = pooling
  const [size, step] = [filterSize as number, strides as number]
  const info = tf.backend_util.computePool2DInfo(
    x.shape,
    size,
    step,
    1,
    pad,
    dimRoundingMode,
  )
  return [
    {
      ...{ size: info.inHeight, out: info.outHeight, window: info.filterHeight },
      ...{ stride: info.strideHeight, before: info.padInfo.top },
    },
    {
      ...{ size: info.inWidth, out: info.outWidth, window: info.filterWidth },
      ...{ stride: info.strideWidth, before: info.padInfo.left },
    },
  ]
}

function axesOfVolume(x: tf.Tensor5D, pooling: Pooling): Axis[] {
  const { filterSize, strides, pad, dimRoundingMode } = pooling
  const info = tf.backend_util.computePool3DInfo(
    ...([x.shape, filterSize, strides, 1, pad as 'same', dimRoundingMode] as const),
  )
  return [
    {
      ...{ size: info.inDepth, out: info.outDepth, window: info.filterDepth },
      ...{ stride: info.strideDepth, before: info.padInfo.front },
    },
    {
      ...{ size: info.inHeight, out: info.outHeight, window: info.filterHeight },
      ...{ stride: info.strideHeight, before: info.padInfo.top },
    },
    {
      ...{ size: info.inWidth, out: info.outWidth, window: info.filterWidth },
      ...{ stride: info.strideWidth, before: info.padInfo.left },
    },
  ]
}

/** The attributes of the gradient kernel, with the padding as numbers of zeros. */
function withPadding({ filterSize, strides, pad }: Pooling, axes: readonly Axis[]) {
  const isRule = pad === 'same' || pad === 'valid'
  const explicit = isRule ? pad : [[0, 0], ...axes.map(paddingOf), [0, 0]]
  return { filterSize, strides, pad: explicit } as unknown as tf.NamedAttrMap
}

function ofAverage(
  kernel: string,
  dy: tf.Tensor,
  input: tf.Tensor,
  axes: readonly Axis[],
  attributes: tf.NamedAttrMap,
): tf.Tensor {
  const shares = axes.map(sharesInside)
  const isWhole = shares.every((axis) => axis.every((share) => share === 1))
  // TensorFlow's own kernel, which tfjs-node calls, divides by the values inside already
  if (isWhole || tf.getBackend() === 'tensorflow') {
    return tf.engine().runKernel(kernel, { dy, input }, attributes)
  }
  const scaled = shares.reduce((scaledSoFar, axis, i) => {
    const shape = axes.map((_, j) => (i === j ? axis.length : 1))
    return tf.div(scaledSoFar, tf.tensor(axis, [1, ...shape, 1]))
  }, dy)
  return tf.engine().runKernel(kernel, { dy: scaled, input }, attributes)
}

/** For each output, how much of its window is inside the image; all of it if nothing is outside. */
function sharesInside({ size, out, window, stride, before }: Axis): number[] {
  return Array.from({ length: out }, (_, i) => {
    const start = i * stride - before
    const inside = Math.min(start + window, size) - Math.max(start, 0)
    return inside > 0 ? inside / window : 1
  })
}

/** The padding of an axis with which rounding down yields the size of the output. */
function paddingOf({ size, out, window, stride, before }: Axis): [number, number] {
  return [before, (out - 1) * stride + window - size - before]
}
