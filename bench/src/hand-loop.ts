import * as tf from '@tensorflow/tfjs-core'
import { type Contestant, cycle } from './contestant.js'
import { type Batch, createNet, type Net, type NetSpec } from './nets.js'

/** What a hand-written loop does besides training. */
export type Extras = 'nothing' | 'two metrics'

/**
 * The loop that a careful user of tfjs writes: batches made beforehand, gradients, the optimizer,
 * nothing read but what is asked for, one await per step so that a step may wait for a device.
 */
export function handLoop(
  spec: NetSpec,
  batches: readonly Batch[],
  extras: Extras = 'nothing',
): Contestant & { readonly net: Net } {
  const net = createNet(spec)
  const optimizer = spec.optimizer()
  const variables = [...net.variables]
  const nextBatch = cycle(batches)
  const sums = { first: 0, second: 0 }

  function lossOf(batch: Batch): tf.Scalar {
    if (extras === 'nothing') return net.loss(batch)
    const { loss, metrics } = net.lossAndMetrics(batch)
    const [first, second] = Object.values(metrics)
    // Both are read in each step, as Regimen reads them where tensor memory is host memory.
    sums.first += first?.dataSync()[0] ?? Number.NaN
    sums.second += second?.dataSync()[0] ?? Number.NaN
    return loss
  }

  async function step(batch: Batch): Promise<void> {
    const { value, grads } = tf.variableGrads(() => lossOf(batch), variables)
    value.dispose()
    optimizer.applyGradients(grads)
    for (const name in grads) grads[name]?.dispose()
  }

  return {
    name: extras === 'nothing' ? 'hand loop' : 'hand loop, 2 metrics',
    net,
    async block(steps) {
      const start = performance.now()
      for (let index = 0; index < steps; index++) await step(nextBatch())
      const duration = performance.now() - start
      if (!Number.isFinite(sums.first + sums.second)) throw new Error('a metric is not finite')
      return duration
    },
    async close() {
      net.dispose()
      optimizer.dispose()
    },
  }
}
