import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import type { Contestant } from './contestant.js'
import { type Batch, initialWeights, type NetSpec } from './nets.js'

/**
 * tfjs' own `model.fit` on the same net and the same batches in the same order, without shuffle,
 * callbacks or output. A block is one call, so that what a call costs before and after its batches
 * counts: it is part of training that way, and under half a millisecond.
 */
export function layersFit(
  spec: NetSpec,
  batches: readonly Batch[],
): Contestant & { readonly weights: () => tf.Tensor[] } {
  const model = layers.sequential()
  for (let layer = 1; layer < spec.widths.length; layer++) {
    model.add(
      layers.layers.dense({
        units: spec.widths[layer] as number,
        ...(layer === 1 ? { inputShape: [spec.widths[0] as number] } : {}),
        ...(layer < spec.widths.length - 1 ? { activation: 'relu' } : {}),
        kernelInitializer: 'zeros',
      }),
    )
  }
  const weights = initialWeights(spec)
  model.setWeights(weights)
  tf.dispose(weights)
  const optimizer = spec.optimizer()
  const softmaxLoss = (y: tf.Tensor, output: tf.Tensor) => tf.losses.softmaxCrossEntropy(y, output)
  model.compile({
    optimizer,
    loss: spec.task === 'regression' ? 'meanSquaredError' : softmaxLoss,
  })
  const data = new Map<number, Batch>()
  const dataOf = (steps: number): Batch => {
    const known = data.get(steps)
    if (known) return known
    const chosen = Array.from({ length: steps }, (_, index) => batches[index % batches.length])
    const x = tf.concat((chosen as Batch[]).map((batch) => batch.x))
    const y = tf.concat((chosen as Batch[]).map((batch) => batch.y))
    data.set(steps, { x, y })
    return { x, y }
  }
  return {
    name: 'model.fit',
    weights: () => model.getWeights(),
    async block(steps) {
      const { x, y } = dataOf(steps)
      const start = performance.now()
      await model.fit(x, y, { batchSize: spec.batchSize, shuffle: false, verbose: 0 })
      return performance.now() - start
    },
    async close() {
      for (const { x, y } of data.values()) tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    },
  }
}
