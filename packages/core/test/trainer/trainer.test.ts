import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { lineBatches, lineModule } from '../helpers/line.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('state', () => {
  it('is live, cannot be written and can be cloned', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 1 })
    const { state } = trainer
    const counters = { epoch: 0, batch: 0, step: 0, samples: 0, validations: 0 }
    expect(structuredClone(state)).toEqual({ ...counters, stage: 'idle', isSanityCheck: false })
    expect(() => Object.assign(state, { step: 5 })).toThrow(TypeError)
    await trainer.fit(module, { train: lineBatches(5) })
    expect(state.step).toBe(5)
    module.dispose()
  })
})

describe('fit', () => {
  it('ends with the weights of a hand-written loop, and leaves no tensor behind', async () => {
    const byHand = lineModule()
    const optimizer = tf.train.sgd(0.1)
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const batch of lineBatches(5)) {
        optimizer.minimize(() => byHand.trainingStep(batch, {} as never) as tf.Scalar, false, [
          byHand.w,
          byHand.b,
        ])
        tf.dispose([batch.x, batch.y])
      }
    }
    const module = lineModule()
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxEpochs: 3 })
    const names: string[] = []
    trainer.events$.subscribe((event) => names.push(event.name))
    const result = await trainer.fit(module, { train: lineBatches(5), validation: lineBatches(2) })
    expect(tf.memory().numTensors).toBe(before)
    expect(result.stop).toEqual({ kind: 'maxEpochs' })
    expect(module.w.dataSync()).toEqual(byHand.w.dataSync())
    expect(module.b.dataSync()).toEqual(byHand.b.dataSync())
    expect(result.history).toHaveLength(3)
    expect(trainer.state).toMatchObject({
      epoch: 3,
      step: 15,
      samples: 60,
      validations: 3,
      stage: 'idle',
    })
    expect(names.at(0)).toBe('setup')
    expect(names.at(-1)).toBe('teardown')
  })
})
