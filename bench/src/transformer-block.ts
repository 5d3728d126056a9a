import * as tf from '@tensorflow/tfjs-core'

/** Sizes of a block: `width` is a multiple of `heads`. */
export interface BlockSizes {
  readonly width: number
  readonly heads: number
  readonly hidden: number
}

/** A block of a transformer, normalized before attention and before the layers that follow it. */
export interface TransformerBlock {
  readonly variables: Record<string, tf.Variable>
  /** From `[batch, time, width]` to the same shape. To be called inside the tape. */
  output(x: tf.Tensor): tf.Tensor
}

/** Makes a block with new weights. */
export function transformerBlock({ width, heads, hidden }: BlockSizes): TransformerBlock {
  const shapes = {
    query: [width, width],
    key: [width, width],
    value: [width, width],
    merge: [width, width],
    widen: [width, hidden],
    narrow: [hidden, width],
  } as const
  const variables: Record<string, tf.Variable> = {}
  for (const [name, [inputs, outputs]] of Object.entries(shapes)) {
    const kernel = () => tf.randomNormal([inputs, outputs], 0, 1 / Math.sqrt(inputs), 'float32', 3)
    variables[name] = tf.tidy(() => tf.variable(kernel()))
    variables[`${name}Bias`] = tf.tidy(() => tf.variable(tf.zeros([outputs])))
  }
  for (const name of ['first', 'second']) {
    variables[`${name}Scale`] = tf.tidy(() => tf.variable(tf.ones([width])))
    variables[`${name}Shift`] = tf.tidy(() => tf.variable(tf.zeros([width])))
  }
  const of = (name: string) => variables[name] as tf.Variable
  const dense = (x: tf.Tensor, name: keyof typeof shapes): tf.Tensor => {
    const rows = tf.reshape(x, [-1, shapes[name][0]])
    const product = tf.matMul(rows as tf.Tensor2D, of(name) as tf.Variable<tf.Rank.R2>)
    const [batch, time] = x.shape as [number, number]
    return tf.reshape(tf.add(product, of(`${name}Bias`)), [batch, time, shapes[name][1]])
  }
  const normalized = (x: tf.Tensor, name: string): tf.Tensor => {
    const centered = tf.sub(x, tf.mean(x, -1, true))
    const variance = tf.mean(tf.square(centered), -1, true)
    const unit = tf.mul(centered, tf.rsqrt(tf.add(variance, 1e-5)))
    return tf.add(tf.mul(unit, of(`${name}Scale`)), of(`${name}Shift`))
  }
  const split = (x: tf.Tensor): tf.Tensor => {
    const [batch, time] = x.shape as [number, number]
    return tf.transpose(tf.reshape(x, [batch, time, heads, width / heads]), [0, 2, 1, 3])
  }
  const attended = (x: tf.Tensor): tf.Tensor => {
    const [query, key, value] = (['query', 'key', 'value'] as const).map((name) =>
      split(dense(x, name)),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const scores = tf.mul(tf.matMul(query, key, false, true), Math.sqrt(heads / width))
    const mixed = tf.matMul(tf.softmax(scores), value)
    return dense(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), x.shape), 'merge')
  }
  return {
    variables,
    output(x) {
      const sum = tf.add(x, attended(normalized(x, 'first')))
      const wide = tf.relu(dense(normalized(sum, 'second'), 'widen'))
      return tf.add(sum, dense(wide, 'narrow'))
    },
  }
}
