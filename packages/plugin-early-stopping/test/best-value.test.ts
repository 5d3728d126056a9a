import '@tensorflow/tfjs-backend-cpu'
import { Trainer } from '@regimen/core'
import { type RunPluginOptions, runPlugin } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { earlyStopping } from '../src/index.js'

const LOSS = { monitor: 'val_loss', mode: 'min' } as const
const scripted = (losses: readonly number[], more: Partial<RunPluginOptions> = {}) => ({
  metrics: losses.map((val_loss) => ({ val_loss, val_accuracy: -val_loss })),
  ...more,
})

describe('the best value in the result', () => {
  it('is that of the best check, with its epoch from 0, where the metrics have the newest', async () => {
    const run = await runPlugin(
      earlyStopping({ ...LOSS, patience: 2, restoreBest: true }),
      scripted([5, 2, 3, 4, 1]),
    )
    expect(run.metrics.val_loss).toBe(4)
    const best = { plugin: 'early-stopping', ...LOSS, value: 2, epoch: 1, step: 2 }
    expect(run.best).toEqual([best])
    expect(run.history.find(({ epoch }) => epoch === run.best[0]?.epoch)?.val_loss).toBe(2)
  })

  it('is one for each plugin', async () => {
    const plugins = [
      earlyStopping({ ...LOSS }),
      earlyStopping({ monitor: 'val_accuracy', mode: 'min', id: 'second' }),
    ]
    const { best } = await runPlugin(plugins, scripted([5, 2, 7]))
    expect(best.map(({ plugin, value, epoch }) => [plugin, value, epoch])).toEqual([
      ['early-stopping', 2, 1],
      ['second', -7, 2],
    ])
  })

  it.each([
    ['no check was made', []],
    ['none was a number', [Number.NaN, Number.NaN]],
  ])('is none where %s', async (_, losses) => {
    const plugin = earlyStopping({ ...LOSS, checkFinite: false })
    const options = { maxEpochs: losses.length }
    const { best } = await runPlugin(plugin, scripted(losses.length ? losses : [1], { options }))
    expect(best).toEqual([])
  })

  it('is in the middle of an epoch that of the epoch under way', async () => {
    const { best } = await runPlugin(
      earlyStopping({ ...LOSS, patience: 10 }),
      scripted([5, 2], { batches: 2, options: { validateEvery: { epochs: 0.5 } } }),
    )
    expect(best).toMatchObject([{ value: 2, epoch: 1, step: 3 }])
  })

  it('survives a resumption', async () => {
    const plugin = () => earlyStopping({ ...LOSS, patience: 10 })
    const options = { maxEpochs: 3 }
    const first = await runPlugin(plugin(), scripted([5, 2, 3], { options }))
    const resumed = await runPlugin(
      plugin(),
      scripted([5, 2, 3, 4], { options: { maxEpochs: 4 }, resumeFrom: first.snapshot }),
    )
    expect(resumed.best).toEqual(first.best)
  })
})

describe('the module in the result', () => {
  it('is what was given, or what a function made', async () => {
    const w = tf.variable(tf.scalar(0))
    const module = {
      trainingStep: (x: tf.Tensor) => tf.mean(tf.mul(x, w)),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
    const train = [tf.tensor1d([1])]
    const trainer = new Trainer({ maxEpochs: 1 })
    const given = [module, () => module, async () => module]
    for (const one of given) expect((await trainer.fit(one, { train })).module).toBe(module)
    expect((await trainer.fit(module, { train })).best).toEqual([])
    tf.dispose([w, train] as never)
  })
})
