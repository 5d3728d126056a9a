import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { type FitData, type LoaderTraits, type Snapshot, Trainer } from '../../src/index.js'
import { type LineBatch, lineBatches, lineModule } from './line.js'
import { shuffledLine } from './shuffled.js'

// shuffledLine has another order in each epoch for numbers that 5 does not divide.
const BATCHES = 4

/** Where a life can fail. */
type Place = 'step' | 'after the metrics' | 'batchStart' | 'gradients' | 'fetch' | 'validation'

/** When it does. */
export interface Failure {
  readonly place: Place
  /** How many times the place is passed before it fails. */
  readonly after: number
}

/** Fails once at its place, or never. */
function fuse(failure?: Failure) {
  let passed = 0
  return (place: Place): void => {
    if (failure?.place === place && passed++ === failure.after) throw new Error('the power is gone')
  }
}

/** Each batch goes through the fuse before it is given, so that the loader's position stays. */
function fused(burn: (place: Place) => void): Iterable<LineBatch> & LoaderTraits {
  const loader = shuffledLine(BATCHES)
  return {
    ...loader,
    [Symbol.iterator]() {
      const iterator = loader[Symbol.iterator]()
      return {
        next() {
          burn('fetch')
          return iterator.next()
        },
        return: () => iterator.return?.() as IteratorResult<LineBatch>,
      }
    },
  }
}

/** One life: what it ended with, or the state in the hook `error`. */
export async function live(resumeFrom?: Snapshot, failure?: Failure) {
  const burn = fuse(failure)
  const line = lineModule()
  const module = lineModule({
    configureOptimizers: () => tf.train.adam(0.05),
    trainingStep(batch, context) {
      burn('step')
      const difference = tf.sub(tf.add(tf.mul(batch.x, module.w), module.b), batch.y)
      const loss = tf.mean(tf.square(difference))
      context.log('error', tf.mean(tf.abs(difference)), { onEpoch: true })
      burn('after the metrics')
      return { loss, late: tf.mean(difference) }
    },
    validationStep(batch, context) {
      burn('validation')
      return line.validationStep?.(batch, context)
    },
  })
  const before = tf.memory().numTensors
  const trainer = new Trainer({ maxEpochs: 3, validateEvery: { epochs: 0.4 }, sanityBatches: 0 })
  trainer.hooks.batchStart.tap('test', () => burn('batchStart'))
  trainer.hooks.gradients.tap('test', (gradients) => {
    burn('gradients')
    return gradients
  })
  let saved: Snapshot | undefined
  trainer.hooks.error.tapPromise('test', async () => {
    saved = JSON.parse(JSON.stringify(await trainer.snapshot(), typedToPlain), plainToTyped)
  })
  const data: FitData<LineBatch> = { train: fused(burn), validation: lineBatches(2) }
  try {
    const fit = trainer.fit(module, data, resumeFrom && { resumeFrom })
    const result = await fit.catch((error: Error) => error.message)
    const weights = [...module.w.dataSync(), ...module.b.dataSync()]
    return { saved, end: { result, weights, counters: { ...trainer.state } } }
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    for (const one of [line, module]) one.dispose()
  }
}

function typedToPlain(_: string, value: unknown): unknown {
  return value instanceof Float32Array ? { floats: [...value] } : value
}

function plainToTyped(_: string, value: unknown): unknown {
  const floats = (value as { readonly floats?: number[] } | null)?.floats
  return floats ? Float32Array.from(floats) : value
}
