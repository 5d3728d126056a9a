import { useWasm } from '@regimen/backend-wasm'
import { type Loader, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Batch, createBatches, createNet, type NetSpec } from './nets.js'
import { moduleOf } from './regimen-fit.js'
import { slope } from './statistics.js'

/** What a long run left behind. */
export interface MemoryReport {
  readonly tensorsBefore: number
  readonly tensorsAfter: number
  /** Resident bytes by step, each after a garbage collection. */
  readonly samples: readonly (readonly [step: number, bytes: number])[]
  /** Growth of resident memory over the length of the run as a share of its mean, warm-up left out. */
  readonly growth: number
}

const STEPS = 2000
const SAMPLE_EVERY = 20
const WARM_UP = 500
const SPEC: NetSpec = {
  widths: [64, 64, 10],
  batchSize: 64,
  task: 'classification',
  optimizer: () => tf.train.adam(0.001),
}

/** Batches made anew for each step, which the trainer disposes of. */
function freshBatches(count: number): Loader<Batch> {
  return {
    size: count,
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) yield createBatches(SPEC, 1)[0] as Batch
    },
  }
}

/** Trains 2,000 steps on `@regimen/backend-wasm` with a validation every 100. Needs `--expose-gc`. */
async function measureMemory(collect: () => void): Promise<MemoryReport> {
  await useWasm()
  const tensorsBefore = tf.memory().numTensors
  const samples: [number, number][] = []
  const net = createNet(SPEC)
  const optimizer = SPEC.optimizer()
  const trainer = new Trainer({ maxSteps: STEPS, validateEvery: { steps: 100 } })
  trainer.on('batchEnd', { every: SAMPLE_EVERY }).subscribe(({ step }) => {
    collect()
    samples.push([step, process.memoryUsage().rss])
  })
  const module = {
    ...moduleOf(net, 'two metrics'),
    configureOptimizers: () => optimizer,
    validationStep: (batch: Batch) => ({ loss: net.loss(batch) }),
  }
  await trainer.fit(module, { train: freshBatches(250), validation: freshBatches(5) })
  await trainer.dispose()
  optimizer.dispose()
  net.dispose()
  const counted = samples.filter(([step]) => step > WARM_UP)
  const mean = counted.reduce((sum, [, bytes]) => sum + bytes, 0) / counted.length
  const growth = (slope(counted) * STEPS) / mean
  return { tensorsBefore, tensorsAfter: tf.memory().numTensors, samples, growth }
}

if (!globalThis.gc) throw new Error('Run this with node --expose-gc.')
process.stdout.write(JSON.stringify(await measureMemory(globalThis.gc)))
