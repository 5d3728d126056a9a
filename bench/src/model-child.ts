import { useWasm, wasm } from '@regimen/backend-wasm'
import { installGradients, type PluginEntry, Trainer } from '@regimen/core'
import { adam, sgd } from '@regimen/optimizers'
import { compile } from '@regimen/plugin-compile'
import * as tf from '@tensorflow/tfjs-core'
import type { ModelOrder, ModelTimes } from './model-contestants.js'
import { type ModelBatch, type ModelName, models } from './model-nets.js'

/** Steps of a run in which a step is recorded twice, replayed and compared. */
const FIRST_STEPS = 4

/**
 * Trains a model, and tells how long its steps took, from the first batch that counts to the end of the last
 * one, and how much longer the first ones took.
 */
export async function measureModel(order: ModelOrder): Promise<ModelTimes> {
  const { model, way, threads } = order
  if (way === 'stock') {
    await import('@tensorflow/tfjs-backend-wasm')
    await tf.setBackend('wasm')
    installGradients()
  } else await useWasm({ threads })
  const { module, batch } = models[model]
  const batches = [1, 2, 3, 4].map(batch)
  let stepMs = Number.NaN
  let firstMs = Number.NaN
  function* source(): Generator<ModelBatch> {
    for (const seconds of [order.warmUpSeconds, order.seconds]) {
      const begin = performance.now()
      let step = 0
      while (step < order.steps || performance.now() - begin < 1000 * seconds) {
        yield batches[step++ % batches.length] as ModelBatch
        if (step === FIRST_STEPS && Number.isNaN(firstMs)) firstMs = performance.now() - begin
      }
      stepMs = (performance.now() - begin) / step
    }
  }
  const train = () => ({ [Symbol.iterator]: source, ownsBatches: true })
  const trainer = new Trainer({ maxEpochs: 1, plugins: pluginsOf(order) })
  trainer.on('report').subscribe(({ message }) => process.stderr.write(`${message}\n`))
  await trainer.fit(module(optimizerOf(model, way)), { train })
  return { stepMs, startMs: Math.max(0, firstMs - FIRST_STEPS * stepMs) }
}

function pluginsOf({ way, threads }: ModelOrder): PluginEntry[] {
  if (way === 'stock') return []
  return way === 'replayed' ? [wasm({ threads }), compile()] : [wasm({ threads })]
}

function optimizerOf(model: ModelName, way: ModelOrder['way']): () => tf.Optimizer {
  const isPlain = model === 'linear'
  if (way === 'stock') return () => (isPlain ? tf.train.sgd(0.01) : tf.train.adam(1e-3))
  return () => (isPlain ? sgd({ learningRate: 0.01 }) : adam({ learningRate: 1e-3 }))
}

if (process.send) {
  process.once('message', async (order) => {
    const answer = await measureModel(order as ModelOrder).catch(String)
    process.send?.(answer, () => process.disconnect())
  })
}
