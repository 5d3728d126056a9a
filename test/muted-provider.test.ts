import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PluginEntry, type Snapshot, Trainer } from '@regimen/core'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { fastDevRun } from '@regimen/plugin-fast-dev-run'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

let rootDir = ''
let tensorsBefore = 0
beforeAll(async () => void (await tf.setBackend('cpu')))
beforeEach(() => {
  rootDir = mkdtempSync(join(tmpdir(), 'regimen-muted-'))
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  rmSync(rootDir, { recursive: true, force: true })
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

const train = function* () {
  yield tf.tensor1d([1, 2])
}

/** A model with every step, and a trainer of it whose reports nobody sees. */
function stand(...plugins: PluginEntry[]) {
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const lossOf = (x: tf.Tensor1D) => tf.mean(tf.square(tf.sub(x, w))) as tf.Scalar
  const module = {
    trainingStep: lossOf,
    validationStep: lossOf,
    testStep: lossOf,
    predictStep: (x: tf.Tensor1D) => tf.mul(x, w),
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.1),
  }
  const trainer = new Trainer({ rootDir, maxEpochs: 1, plugins })
  return { module, trainer, dispose: () => w.dispose() }
}
type Stand = ReturnType<typeof stand>

async function predicted({ trainer, module }: Stand, checkpoint: string): Promise<void> {
  for await (const one of trainer.predict(module, train, { checkpoint })) one.dispose()
}

describe('a checkpoint that is asked for in a trial run', () => {
  it.each<[string, string, (stand: Stand) => Promise<unknown>]>([
    [
      'fit',
      'last',
      ({ trainer, module }) => trainer.fit(module, { train }, { resumeFrom: 'last' }),
    ],
    [
      'validate',
      'best',
      ({ trainer, module }) => trainer.validate(module, train, { checkpoint: 'best' }),
    ],
    ['test', 'best', ({ trainer, module }) => trainer.test(module, train, { checkpoint: 'best' })],
    ['predict', 'a/b.safetensors', (given) => predicted(given, 'a/b.safetensors')],
  ])('by %s: the error names who is muted and who muted it', async (_, reference, ask) => {
    const given = stand(checkpoint({ id: 'keeper' }), fastDevRun())
    const error = await ask(given).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'REG_SERVICE_MISSING',
      data: { reference, plugin: 'keeper', by: 'fast-dev-run' },
      message: expect.stringMatching(/only by plugin "keeper", which "fast-dev-run" has muted/),
    })
    expect(readdirSync(rootDir)).toEqual([])
    given.dispose()
  })

  it('is given as a snapshot without a word', async () => {
    const given = stand()
    await given.trainer.fit(given.module, { train })
    const resumeFrom: Snapshot = await given.trainer.snapshot()
    const trial = stand(checkpoint(), fastDevRun())
    await trial.trainer.test(trial.module, train, { checkpoint: resumeFrom })
    given.dispose()
    trial.dispose()
  })
})
