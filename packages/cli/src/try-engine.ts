import { Trainer } from '@regimen/core'
import { type Accelerator, resolveAccelerator } from '@regimen/core/config'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Loads an engine and takes one step of training with it, on a single weight.
 *
 * @throws whatever keeps it from training
 */
export async function tryEngine(engine: Accelerator, from: string): Promise<void> {
  const plugins = await resolveAccelerator(engine, undefined, { from })
  const trainer = new Trainer({ maxSteps: 1, plugins })
  let weight: tf.Variable | undefined
  const module = () => {
    const own = tf.tidy(() => tf.variable(tf.ones([1])))
    weight = own
    return {
      trainingStep: (batch: tf.Tensor) => tf.mean(tf.square(tf.mul(own, batch))),
      variables: () => ({ weight: own }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
  }
  try {
    await trainer.fit(module, { train: () => [tf.ones([1])].values() })
  } finally {
    weight?.dispose()
    await trainer.dispose()
  }
}
