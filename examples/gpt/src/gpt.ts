import * as tf from '@tensorflow/tfjs-core'

const HEADS = 4

/** From codes `[batch, context]` int32 to logits `[batch * context, vocabulary]` of what follows each. */
export function gpt(vocabulary: number, context: number, width: number, blocks: number) {
  const variables: Record<string, tf.Variable> = {}
  const weight = (name: string, ...shape: number[]): tf.Tensor =>
    (variables[name] ??= tf.variable(tf.randomNormal(shape, 0, 0.02)))
  const linear = (x: tf.Tensor, name: string, units: number) =>
    tf.matMul(x, weight(name, x.shape[1] as number, units))
  const past = tf.linalg.bandPart(tf.ones([context, context]), -1, 0)
  const future = tf.mul(tf.sub(1, past), -1e9)

  const apply = (codes: tf.Tensor2D): tf.Tensor2D => {
    const shape = [codes.shape[0], context, HEADS, width / HEADS]
    const table = weight('table', vocabulary, width)
    const places = weight('places', context, width)
    let x = tf.reshape(tf.add(tf.gather(table, codes), places), [-1, width])
    for (let n = 0; n < blocks; n++) {
      const parts = tf.split(linear(normalized(x), `${n}/qkv`, 3 * width), 3, 1)
      const [q, k, v] = parts.map((one) => tf.transpose(tf.reshape(one, shape), [0, 2, 1, 3]))
      const scores = tf.matMul(
        tf.div(q as tf.Tensor, Math.sqrt(width / HEADS)),
        k as tf.Tensor,
        false,
        true,
      )
      const mixed = tf.matMul(tf.softmax(tf.add(scores, future)), v as tf.Tensor)
      const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, width])
      x = tf.add(x, linear(joined, `${n}/out`, width))
      const hidden = tf.relu(linear(normalized(x), `${n}/up`, 4 * width))
      x = tf.add(x, linear(hidden, `${n}/down`, width))
    }
    return linear(normalized(x), 'logits', vocabulary) as tf.Tensor2D
  }
  tf.tidy(() => apply(tf.zeros([1, context], 'int32')))
  return { variables, apply }
}

function normalized(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true)
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)))
}
