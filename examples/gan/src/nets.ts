import * as tf from '@tensorflow/tfjs-core'

/** Dense layers with leaky ReLUs between them; variables are called `<name>/<layer>/kernel` and `bias`. */
export function dense(name: string, sizes: readonly number[]) {
  const variables: Record<string, tf.Variable> = {}
  const layers = sizes.slice(1).map((units, n) => {
    const inputs = sizes[n] as number
    const kernel = tf.variable(tf.randomNormal([inputs, units], 0, Math.sqrt(2 / inputs)))
    const bias = tf.variable(tf.zeros([units]))
    Object.assign(variables, { [`${name}/${n}/kernel`]: kernel, [`${name}/${n}/bias`]: bias })
    return { kernel, bias }
  })
  const apply = (x: tf.Tensor): tf.Tensor =>
    layers.reduce((value, { kernel, bias }, n) => {
      const sum = tf.add(tf.matMul(value, kernel as tf.Tensor), bias)
      return n < layers.length - 1 ? tf.leakyRelu(sum, 0.2) : sum
    }, x)
  return { variables, apply }
}
