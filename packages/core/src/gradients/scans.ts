import * as tf from '@tensorflow/tfjs-core'

interface Scan {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

/** Running sums and products, and products over axes. */
export const scanGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Cumsum,
    gradFunc: (dy, _, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as Scan
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) }
    },
  },
  {
    kernelName: tf.Cumprod,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({
      x: () =>
        ofCumprod(saved[0] as tf.Tensor, dy as tf.Tensor, attributes as unknown as Scan),
    }),
  },
  {
    kernelName: tf.Prod,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const { axis } = attributes as unknown as { axis: number | number[] }
      return { x: () => ofProd(saved[0] as tf.Tensor, dy as tf.Tensor, axis) }
    },
  },
]

/**
 * For each value the products without it, which also works with zeros. Cost: memory quadratic in the
 * length of the axis.
 */
function ofCumprod(
  x: tf.Tensor,
  dy: tf.Tensor,
  { axis, exclusive, reverse }: Scan,
): tf.Tensor {
  const [at] = tf.util.parseAxisParam(axis, x.shape) as [number]
  const order = [...x.shape.keys()].filter((i) => i !== at)
  const perm = [...order, at]
  const length = x.shape[at] as number
  const asRows = (t: tf.Tensor) => tf.reshape(tf.transpose(t, perm), [-1, 1, length])
  const eye = tf.eye(length)
  const without = tf.add(tf.mul(asRows(x), tf.sub(1, eye)), eye)
  const products = tf.cumprod(without, 2, exclusive, reverse)
  const isPart = tf.cumsum(eye, 1, exclusive, reverse)
  const dx = tf.sum(tf.mul(tf.mul(products, isPart), asRows(dy)), 2)
  const moved = tf.reshape(
    dx,
    perm.map((i) => x.shape[i] as number),
  )
  return tf.transpose(moved, undone(perm))
}

/** For each value the product of all others: those before times those after it. */
function ofProd(
  x: tf.Tensor,
  dy: tf.Tensor,
  axis: number | number[] | undefined,
): tf.Tensor {
  const axes = axis == null ? [...x.shape.keys()] : tf.util.parseAxisParam(axis, x.shape)
  const kept = [...x.shape.keys()].filter((i) => !axes.includes(i))
  const perm = [...kept, ...axes]
  const length = axes.reduce((product, i) => product * (x.shape[i] as number), 1)
  const rows = tf.reshape(tf.transpose(x, perm), [-1, length])
  const others = tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true))
  const dx = tf.mul(others, tf.reshape(dy, [-1, 1]))
  const moved = tf.reshape(
    dx,
    perm.map((i) => x.shape[i] as number),
  )
  return tf.transpose(moved, undone(perm))
}

function undone(perm: readonly number[]): number[] {
  return perm.map((_, i) => perm.indexOf(i))
}
