import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'
import { seriesNames } from '../helpers/recorder.js'

onCpu()

describe('the order of hooks', () => {
  it('C163: in each of 5 batches the step comes first, then gradients, then the optimizer', async () => {
    const calls: string[] = []
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => {
        calls.push('trainingStep')
        return shape.trainingStep(batch, context)
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const noting = plugin('noting', ({ hooks }) => {
      hooks.loss.tap('noting', () => void calls.push('loss'))
      hooks.gradients.tap('noting', () => void calls.push('gradients'))
      for (const name of ['batchStart', 'stepStart', 'stepEnd', 'batchEnd'] as const) {
        hooks[name].tap('noting', () => void calls.push(name))
      }
    })
    const { trainer } = lab({ plugins: [noting] })
    await trainer.fit(module, { train: lineBatches(5) })
    const once = [
      'batchStart',
      'trainingStep',
      'loss',
      'gradients',
      'stepStart',
      'stepEnd',
      'batchEnd',
    ]
    expect(calls).toEqual([...once, ...once, ...once, ...once, ...once])
    for (const each of [module, shape]) each.dispose()
  })

  it('C164: a whole fit with 2 training and 2 validation batches calls this, in this order', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ sanityBatches: 2 })
    await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(2) })
    const validation = [
      'validationStart',
      'validationBatchStart',
      'validationBatchEnd',
      'validationBatchStart',
      'validationBatchEnd',
      'validationEnd',
    ]
    const batch = ['batchStart', 'stepStart', 'stepEnd', 'batchEnd']
    expect(seen.names).toEqual([
      'setup',
      ...['sanityStart', ...validation, 'sanityEnd'],
      'fitStart',
      ...['epochStart', ...batch, ...batch],
      ...[...validation, 'record'],
      ...['epochEnd', 'record', 'monitor', 'save'],
      'fitEnd',
      'teardown',
    ])
    module.dispose()
  })

  it('C174: who saves comes after who judges, wherever they stand in the list', async () => {
    const calls: string[] = []
    const noting = (name: string, hook: 'monitor' | 'save') =>
      plugin(name, ({ hooks }) => {
        hooks[hook].tap(name, () => void calls.push(name))
      })
    const { trainer } = lab({
      plugins: [
        noting('first-checkpoint', 'save'),
        noting('stopping', 'monitor'),
        noting('plateau', 'monitor'),
        noting('second-checkpoint', 'save'),
      ],
    })
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['stopping', 'plateau', 'first-checkpoint', 'second-checkpoint'])
    module.dispose()
  })

  it('C176: a plugin that saves sees the states of plugins that come after it, already judged', async () => {
    let snapshot: Snapshot | undefined
    const saver = plugin('saver', ({ hooks }) => {
      hooks.save.tapPromise('saver', async (payload) => {
        snapshot = await payload.snapshot()
      })
    })
    const judge = plugin('judge', ({ hooks }) => {
      let judged = 0
      hooks.monitor.tap('judge', () => void judged++)
      return { saveState: () => ({ judged }) }
    })
    const { trainer } = lab({ maxEpochs: 2, plugins: [saver, judge] })
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(snapshot?.meta.plugins).toMatchObject({ judge: { judged: 2 } })
    module.dispose()
  })

  it('C178: every hook is called at least once over a fit, a failed resume, a test and a prediction', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ sanityBatches: 1, maxEpochs: 2 })
    await withoutLeak(async () => {
      await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(1) })
      const snapshot = await trainer.snapshot()
      const half = {
        ...snapshot,
        meta: { ...snapshot.meta, position: { ...snapshot.meta.position, epoch: 1 } },
      }
      const broken = function* (): Generator<LineBatch> {
        yield* lineBatches(1)
        throw new Error('the disk is gone')
      }
      await rejection(trainer.fit(module, { train: broken }, { resumeFrom: half }))
      await trainer.test(module, lineBatches(1))
      for await (const output of trainer.predict(module, lineBatches(1)))
        tf.dispose(output as tf.Tensor)
    })
    expect(seriesNames.filter((name) => !seen.names.includes(name))).toEqual([])
    expect(seen.unpaired()).toEqual([])
    module.dispose()
  })
})

describe('training mode', () => {
  it('C167: ctx.training is true in training steps only, also after a validation in mid-epoch', async () => {
    const modes: string[] = []
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => {
        modes.push(`train ${context.training}`)
        return shape.trainingStep(batch, context)
      },
      validationStep: (_, context) => void modes.push(`validation ${context.training}`),
      testStep: (_, context) => void modes.push(`test ${context.training}`),
      predictStep: (_, context) => void modes.push(`predict ${context.training}`),
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer } = lab({ sanityBatches: 1, validateEvery: { steps: 1 } })
    await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(1) })
    await trainer.test(module, lineBatches(1))
    for await (const _ of trainer.predict(module, lineBatches(1)));
    expect(modes).toEqual([
      'validation false',
      ...['train true', 'validation false', 'train true', 'validation false'],
      'test false',
      'predict false',
    ])
    for (const each of [module, shape]) each.dispose()
  })

  it('C167: a variable that is not trainable keeps its value and stays frozen', async () => {
    const module = lineModule()
    module.b.trainable = false
    const { trainer } = lab({ maxEpochs: 2 })
    await withoutLeak(() =>
      trainer.fit(module, { train: lineBatches(3), validation: lineBatches(1) }),
    )
    expect([...module.b.dataSync()]).toEqual([0])
    expect(module.b.trainable).toBe(false)
    expect(module.w.dataSync()[0]).not.toBe(0)
    module.dispose()
  })
})
