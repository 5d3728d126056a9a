import { definePlugin, type Report, Trainer } from '@regimen/core'
import { wasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { compile } from '../src/index.js'

it('tries', async () => {
  const run = async (isCompiled: boolean) => {
    const reports: string[] = []
    const seen = definePlugin({ name: 'seen', apply: ({ provide }) => { provide('reporter', { report: (r: Report) => void reports.push(r.message) }) } })
    const plugins = [seen, wasm(), isCompiled && compile()]
    const trainer = new Trainer({ maxEpochs: 2, plugins })
    let w: tf.Variable
    const module = {
      setup: () => { w ??= tf.variable(tf.tensor2d([0.1, -0.2, 0.3], [3, 1])) },
      trainingStep: (x: tf.Tensor2D) => tf.mean(tf.square(tf.matMul(x, w as tf.Tensor2D))),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
    const result = await trainer.fit(module, { train: () => Array.from({length: 8}, (_, i) => tf.tensor2d(Float32Array.from({length: 15}, (_, j) => Math.sin(i * 15 + j)), [5, 3])) })
    const values = w!.dataSync()
    w!.dispose()
    return { values, reports, metrics: result.metrics }
  }
  const a = await run(false)
  const b = await run(true)
  console.log(a, b)
})
