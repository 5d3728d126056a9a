// Trains models with compile() for many steps and prints, as JSON, what is alive every 250 steps:
// node --expose-gc soak.ts STEPS MODEL...
import { useWasm, wasm } from '@regimen/backend-wasm'
import { definePlugin } from '@regimen/core'
import { compile } from '@regimen/plugin-compile'
import * as tf from '@tensorflow/tfjs-core'
import { type CurveModel, models } from './models.js'
import { recurrentModels } from './recurrent-models.js'
import { trainCurve } from './train-curve.js'

/** What is alive after a step. */
export interface Sample {
  readonly step: number
  readonly tensors: number
  readonly dataIds: number
  /** Bytes of the process, after garbage is collected. */
  readonly rss: number
}

/** What a model left. */
export interface Soak {
  readonly samples: readonly Sample[]
  /** What the plugin said at last. */
  readonly text: string | undefined
}

const EVERY = 250

const [steps, ...names] = process.argv.slice(2)
const all: Record<string, CurveModel> = { ...models, ...recurrentModels }
await useWasm()
const found: Record<string, Soak> = {}
for (const name of names) found[name] = await soak(all[name] as CurveModel)
process.stdout.write(JSON.stringify(found))

async function soak(model: CurveModel): Promise<Soak> {
  const samples: Sample[] = []
  let step = 0
  const watch = definePlugin({
    name: 'samples',
    apply({ hooks }) {
      hooks.batchEnd.tap('samples', () => {
        if (++step % EVERY !== 0) return
        gc?.()
        samples.push({
          step,
          tensors: tf.memory().numTensors,
          dataIds: tf.backend().numDataIds(),
          rss: process.memoryUsage.rss(),
        })
      })
    },
  })
  const plugins = [wasm(), watch, compile()]
  const { texts } = await trainCurve(model, { steps: Number(steps), plugins })
  return { samples, text: texts.at(-1) }
}
