import type { Snapshot } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { generatedRows, noisyRows, shuffledData } from './helpers/noisy-net.js'
import { type TraceOptions, traced } from './helpers/runs.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const loaders: readonly (readonly [string, NonNullable<TraceOptions['data']>])[] = [
  ['a shuffle with a position', shuffledData],
  [
    'a loader with a position that draws for each batch',
    () => ({ ...shuffledData(), train: noisyRows() }),
  ],
  [
    'a generator per epoch, read again',
    () => ({ ...shuffledData(), train: () => generatedRows() }),
  ],
]

describe.each(loaders)('with %s', (_, data) => {
  it('a run that is interrupted after any batch and resumed equals the uninterrupted one', () =>
    expectNoTensorLeak(async () => {
      const whole = await traced({ seed: 5, data })
      for (let batch = 1; batch <= 12; batch++) {
        const { snapshot, ...part } = await traced({ seed: 5, data, interruptAfter: batch })
        const rest = await traced({ seed: 5, data, resumeFrom: snapshot })
        expect(rest.weights, `after batch ${batch}`).toEqual(whole.weights)
        expect([...part.masks, ...rest.masks]).toEqual(whole.masks)
        expect([...part.batches, ...rest.batches]).toEqual(whole.batches)
        expect([...part.evaluated, ...rest.evaluated]).toEqual(whole.evaluated)
        expect(rest.history).toEqual(whole.history)
        expect(rest.metrics).toEqual(whole.metrics)
      }
    }))

  it('one that is interrupted after each batch does too', async () => {
    const whole = await traced({ seed: 5, data })
    let resumeFrom: Snapshot | undefined
    for (let batch = 1; batch < 12; batch++) {
      resumeFrom = (await traced({ seed: 5, data, interruptAfter: 1, resumeFrom })).snapshot
      expect(resumeFrom).toBeDefined()
    }
    expect((await traced({ seed: 5, data, resumeFrom })).weights).toEqual(whole.weights)
  })
})

it('a validation that was interrupted and is redone draws the same again', async () => {
  const whole = await traced({ seed: 5, sanityBatches: 0 })
  for (let batch = 1; batch <= 6; batch++) {
    const { snapshot, evaluated } = await traced({
      seed: 5,
      sanityBatches: 0,
      interruptOn: 'validationBatchEnd',
      interruptAfter: batch,
    })
    const rest = await traced({ seed: 5, sanityBatches: 0, resumeFrom: snapshot })
    const done = evaluated.slice(0, batch - (batch % 2 || 2))
    expect([...done, ...rest.evaluated], `in validation batch ${batch}`).toEqual(whole.evaluated)
    expect(rest.weights).toEqual(whole.weights)
    expect(rest.history).toEqual(whole.history)
  }
})

describe('the saved seed', () => {
  it('wins over another one, which is told', async () => {
    const whole = await traced({ seed: 5 })
    const { snapshot } = await traced({ seed: 5, interruptAfter: 6 })
    const reports: string[] = []
    const edit: TraceOptions['edit'] = (trainer) => {
      trainer.on('report').subscribe(({ plugin, message }) => reports.push(`${plugin}: ${message}`))
    }
    expect((await traced({ seed: 6, resumeFrom: snapshot, edit })).weights).toEqual(whole.weights)
    expect(reports).toContain('seed: The resumed run began with seed 5 and keeps it, instead of 6.')
    reports.length = 0
    await traced({ seed: 5, resumeFrom: snapshot, edit })
    expect(reports.filter((line) => line.startsWith('seed'))).toEqual([])
  })

  it.each([
    [{ generator: 'mersenne-twister', seed: 5 }, /"mersenne-twister" with seed 5/],
    [{ generator: 'philox4x32-10', seed: 1.5 }, /with seed 1.5/],
  ])('is refused where it is %o', async (state, text) => {
    const { snapshot } = await traced({ seed: 5, interruptAfter: 2 })
    const { meta, tensors } = snapshot as Snapshot
    const resumeFrom = { tensors, meta: { ...meta, plugins: { seed: state } } }
    const refused = traced({ seed: 5, resumeFrom })
    await expect(refused).rejects.toMatchObject({ code: 'REG_CHECKPOINT_MISMATCH' })
    await expect(refused).rejects.toThrow(text)
  })
})
