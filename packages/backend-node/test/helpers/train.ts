import { type Plugin, Trainer } from '@regimen/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'

/** What came of a run. */
export interface Run {
  /** The backend that was current when the module was made. */
  readonly backend: string
  readonly warnings: readonly string[]
  readonly loss: number | undefined
}

/** One step of training, on whichever engine the plugin sets. */
export async function train(plugin: Plugin): Promise<Run> {
  const trainer = new Trainer({ maxSteps: 1, plugins: [plugin] })
  const warnings: string[] = []
  trainer.on('report').subscribe(({ level, message }) => {
    if (level === 'warn') warnings.push(message)
  })
  let backend = ''
  const weights: tf.Variable[] = []
  const module = () => {
    backend = tf.getBackend()
    const w = tf.tidy(() => tf.variable(tf.ones([2])))
    weights.push(w)
    return {
      trainingStep: (x: tf.Tensor) => tf.mean(tf.square(tf.mul(x, w))),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.adam(0.1),
    }
  }
  try {
    const { metrics } = await trainer.fit(module, { train: () => [tf.fill([2], 3)] })
    return { backend, warnings, loss: metrics.loss }
  } finally {
    tf.dispose(weights)
    await trainer.dispose()
  }
}
