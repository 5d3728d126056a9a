import { useWasm, type WasmOptions, wasm } from '@regimen/backend-wasm'
import { definePlugin, type Loader, type Plugin, type Report, Trainer } from '@regimen/core'
import { adam } from '@regimen/optimizers'
import { compile } from '@regimen/plugin-compile'
import * as tf from '@tensorflow/tfjs-core'
import { type ModelBatch, type ModelName, models } from './model-nets.js'
import { median } from './statistics.js'

/** How long a model is trained. */
export interface StepCounts {
  /** Steps before the first that counts: enough to record the step, compile and replay it. */
  readonly warmUp: number
  readonly blocks: number
  /** Steps of a block: clocks of pages are coarse. */
  readonly steps: number
}

/** The times of a model's steps here. */
export interface ModelSteps {
  /** What the run reported: the engine, and how many steps were replayed. */
  readonly texts: readonly string[]
  readonly bestMs: number
  readonly medianMs: number
}

/** Trains a model with compiled steps and measures them. Runs in Node and in a page. */
export async function modelSteps(
  name: ModelName,
  options: WasmOptions,
  counts: StepCounts,
): Promise<ModelSteps> {
  const texts: string[] = []
  const times: number[] = []
  const reporter = definePlugin({
    name: 'reporter',
    apply({ provide }) {
      provide('reporter', { report: ({ message }: Report) => void texts.push(message) })
    },
  })
  const plugins = [reporter, wasm(options), compile()] as Plugin[]
  await useWasm(options)
  const module = models[name].module(() => adam({ learningRate: 1e-3 }))
  const batch = models[name].batch(1)
  const trainer = new Trainer({ maxEpochs: 1, plugins })
  await trainer.fit(module, { train: timedLoader(batch, counts, times) })
  await trainer.dispose()
  tf.dispose([Object.values(module.variables()), batch])
  return { texts, bestMs: Math.min(...times), medianMs: median(times) }
}

/** Gives one batch again and again, and notes how long a step of each block took. */
function timedLoader(
  batch: ModelBatch,
  { warmUp, blocks, steps }: StepCounts,
  times: number[],
): Loader<ModelBatch> {
  const size = warmUp + blocks * steps
  return {
    size,
    ownsBatches: true,
    *[Symbol.iterator]() {
      let start = 0
      for (let step = 0; step <= size; step++) {
        const isEdge = step >= warmUp && (step - warmUp) % steps === 0
        const now = isEdge ? performance.now() : 0
        if (isEdge && step > warmUp) times.push((now - start) / steps)
        if (isEdge) start = now
        if (step < size) yield batch
      }
    },
  }
}
