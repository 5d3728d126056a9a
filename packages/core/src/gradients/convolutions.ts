import * as tf from '@tensorflow/tfjs-core'

type Attributes = tf.NamedAttrMap
type Rates = readonly number[]

/** Gradients that tfjs lacks: dilations above 1, rounded sizes, and what `conv3dTranspose` needs. */
export const convolutionGradients: readonly tf.GradConfig[] = [
  convolution(tf.Conv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter, 2),
  convolution(
    tf.DepthwiseConv2dNative,
    tf.DepthwiseConv2dNativeBackpropInput,
    tf.DepthwiseConv2dNativeBackpropFilter,
    2,
  ),
  convolution(tf.Conv3D, tf.Conv3DBackpropInputV2, tf.Conv3DBackpropFilterV2, 3),
  {
    kernelName: tf.Conv3DBackpropInputV2,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, saved, { strides, pad }: Attributes) => {
      const [dy, filter] = saved as [tf.Tensor5D, tf.Tensor5D]
      const x = gradient as tf.Tensor5D
      const attributes = {
        strides,
        pad,
        filterShape: filter.shape,
      } as unknown as Attributes
      return {
        dy: () => tf.conv3d(x, filter, strides as number, pad as 'same'),
        filter: () => run(tf.Conv3DBackpropFilterV2, { x, dy }, attributes),
      }
    },
  },
]

function convolution(
  kernelName: string,
  byInput: string,
  byFilter: string,
  axes: number,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x', 'filter'],
    gradFunc: (gradient, saved, { dilations, ...rest }: Attributes) => {
      const dy = gradient as tf.Tensor
      const [x, filter] = saved as [tf.Tensor, tf.Tensor]
      const rates = asRates(dilations as number | number[] | undefined, axes)
      const attributes = {
        ...rest,
        dilations: rates.map(() => 1),
      } as unknown as Attributes
      const reach = filter.shape.map((size, i) => (size - 1) * (rates[i] ?? 1) + 1)
      return {
        x: () => {
          const wide = spread(filter, rates)
          return run(
            byInput,
            { dy, filter: wide },
            { ...attributes, inputShape: x.shape },
          )
        },
        filter: () => {
          const dw = run(byFilter, { x, dy }, { ...attributes, filterShape: reach })
          return gathered(dw, rates, filter.shape)
        },
      }
    },
  }
}

function run(
  kernel: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes,
): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes)
}

function asRates(dilations: number | number[] | undefined, axes: number): Rates {
  if (Array.isArray(dilations)) return dilations
  return Array<number>(axes).fill(dilations ?? 1)
}

/** A filter with the zeros that a dilated convolution skips. */
function spread(filter: tf.Tensor, rates: Rates): tf.Tensor {
  let wide = filter
  rates.forEach((rate, axis) => {
    if (rate === 1) return
    const size = wide.shape[axis] as number
    const [outer, inner] = sizesAround(wide, axis)
    const columns = tf.reshape(wide, [outer, size, 1, inner])
    const padded = tf.pad(columns, [
      [0, 0],
      [0, 0],
      [0, rate - 1],
      [0, 0],
    ])
    const whole = tf.reshape(padded, [outer, size * rate, inner])
    const reach = (size - 1) * rate + 1
    wide = resized(tf.slice(whole, [0, 0, 0], [outer, reach, inner]), wide, axis, reach)
  })
  return wide
}

/** The values that {@link spread} moved apart, without the zeros between them. */
function gathered(wide: tf.Tensor, rates: Rates, shape: readonly number[]): tf.Tensor {
  let dense = wide
  rates.forEach((rate, axis) => {
    if (rate === 1) return
    const size = shape[axis] as number
    const [outer, inner] = sizesAround(dense, axis)
    const rows = tf.reshape(dense, [outer, dense.shape[axis] as number, inner])
    const padded = tf.pad(rows, [
      [0, 0],
      [0, rate - 1],
      [0, 0],
    ])
    const columns = tf.reshape(padded, [outer, size, rate, inner])
    dense = resized(
      tf.slice(columns, [0, 0, 0, 0], [outer, size, 1, inner]),
      dense,
      axis,
      size,
    )
  })
  return dense
}

function sizesAround({ shape }: tf.Tensor, axis: number): [number, number] {
  const size = (part: readonly number[]) => part.reduce((a, b) => a * b, 1)
  return [size(shape.slice(0, axis)), size(shape.slice(axis + 1))]
}

function resized(x: tf.Tensor, like: tf.Tensor, axis: number, size: number): tf.Tensor {
  return tf.reshape(
    x,
    like.shape.map((length, i) => (i === axis ? size : length)),
  )
}
