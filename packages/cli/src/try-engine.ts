import { definePlugin, type EngineService, Trainer } from '@regimen/core'
import { type Accelerator, resolveAccelerator } from '@regimen/core/config'
import * as tf from '@tensorflow/tfjs-core'
import { tools } from './config-tools.js'

/**
 * Loads an engine and takes one step of training with it, on a single weight.
 *
 * @returns what the engine uses, if it says so
 * @throws whatever keeps it from training
 */
export async function tryEngine(
  engine: Accelerator,
  from: string,
): Promise<string | undefined> {
  let service: EngineService | undefined
  const asking = definePlugin({
    name: 'doctor',
    apply(context) {
      context.hooks.setup.tap('doctor', () => {
        service = context.service('engine')
      })
    },
  })
  const found = await resolveAccelerator(engine, undefined, { from, tools })
  const plugins = [found, asking]
  const trainer = new Trainer({ maxSteps: 1, plugins })
  let weight: tf.Variable | undefined
  const module = () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([1])))
    weight = variable
    return {
      trainingStep: (batch: tf.Tensor) => tf.mean(tf.square(tf.mul(variable, batch))),
      variables: () => ({ weight: variable }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
  }
  try {
    await trainer.fit(module, { train: () => [tf.ones([1])].values() })
    return await service?.describe()
  } finally {
    weight?.dispose()
    await trainer.dispose()
  }
}
