import { describe, expect, it } from 'vitest'
import type { LogRecord, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin, rejection } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'
import type { Recorder } from '../helpers/recorder.js'

onCpu()

const metricsOf = (seen: Recorder) =>
  seen.of('record').flatMap((record) => (record.kind === 'metrics' ? [record] : []))

describe('records for the loggers', () => {
  it('C223: foo logged per step and epoch comes as foo_step at 0, 1, 2, 3 and foo_epoch at 1 and 3', async () => {
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => {
        context.log('foo', context.step, { onStep: true, onEpoch: true })
        return shape.trainingStep(batch, context)
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer, seen } = lab({ maxEpochs: 2, logEvery: { steps: 1 } })
    await trainer.fit(module, { train: lineBatches(2) })
    const rows = metricsOf(seen).flatMap(({ values, step, epoch }) =>
      Object.entries(values)
        .filter(([name]) => name.startsWith('foo'))
        .map(([name, value]) => [name, value, step, epoch]),
    )
    expect(rows).toEqual([
      ['foo_step', 0, 0, 0],
      ['foo_step', 1, 1, 0],
      ['foo_epoch', 0.5, 1, 0],
      ['foo_step', 2, 2, 1],
      ['foo_step', 3, 3, 1],
      ['foo_epoch', 2.5, 3, 1],
    ])
    for (const each of [module, shape]) each.dispose()
  })

  it('a record carries the index of the epoch that produced it, after the epoch too', async () => {
    const hooks = ['epochStart', 'batchEnd', 'epochEnd', 'monitor', 'save'] as const
    const teller = plugin('teller', (context) => {
      for (const hook of hooks)
        context.hooks[hook].tapPromise('teller', () =>
          context.record({ kind: 'text', name: hook, text: '' }),
        )
    })
    const module = lineModule()
    const { trainer, seen } = lab({ maxEpochs: 2, plugins: [teller] })
    await trainer.fit(module, { train: lineBatches(1) })
    const texts = seen.of('record').filter((record) => record.kind === 'text')
    expect(texts.map(({ name, epoch }) => [name, epoch])).toEqual(
      [0, 1].flatMap((epoch) => hooks.map((hook) => [hook, epoch])),
    )
    module.dispose()
  })

  it.each([
    { batches: 10, maxSteps: 10, every: 1, steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { batches: 3, maxSteps: 10, every: 1, steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { batches: 3, maxSteps: 10, every: 5, steps: [4, 9] },
    { batches: 3, maxSteps: 10, every: 0, steps: [] },
  ])(
    'C224: $batches batches, maxSteps $maxSteps, every $every steps: records at $steps',
    async ({ batches, maxSteps, every, steps }) => {
      const module = lineModule()
      const { trainer, seen } = lab({ maxEpochs: 100, maxSteps, logEvery: { steps: every } })
      await trainer.fit(module, { train: lineBatches(batches, 1) })
      const rows = metricsOf(seen).filter(({ interval }) => interval === 'step')
      expect(rows.map(({ step }) => step)).toEqual(steps)
      module.dispose()
    },
  )

  it('C224: a step that asked for the end is logged, due or not', async () => {
    const stopper = plugin('stopper', ({ hooks, requestStop }) => {
      hooks.batchEnd.tap('stopper', ({ step }) => {
        if (step === 2) requestStop('enough')
      })
    })
    const module = lineModule()
    const { trainer, seen } = lab({ plugins: [stopper] })
    await trainer.fit(module, { train: lineBatches(5, 1) })
    const rows = metricsOf(seen).filter(({ interval }) => interval === 'step')
    expect(rows.map(({ step }) => step)).toEqual([1])
    module.dispose()
  })

  it('C232: training and validation records come in the order of what they are about', async () => {
    const shape = lineModule()
    const module = lineModule({
      trainingStep: shape.trainingStep,
      validationStep: (_, context) => {
        context.log('v', context.batch, { onStep: true, onEpoch: true })
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer, seen } = lab({ maxEpochs: 2, sanityBatches: 2, logEvery: { steps: 1 } })
    await trainer.fit(module, { train: lineBatches(1), validation: lineBatches(2) })
    const rows = metricsOf(seen).map((record) => {
      const names = Object.keys(record.values).join(', ')
      return `${record.source} ${record.interval} ${record.step}: ${names}`
    })
    expect(rows).toEqual([
      'train step 0: loss',
      'validation step 0: v_step',
      'validation step 1: v_step',
      'validation epoch 0: v_epoch',
      'train epoch 0: loss',
      'train step 1: loss',
      'validation step 2: v_step',
      'validation step 3: v_step',
      'validation epoch 1: v_epoch',
      'train epoch 1: loss',
    ])
    for (const each of [module, shape]) each.dispose()
  })

  it('C238: no metric may be named "step", which says where a record comes from', async () => {
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => {
        context.log('step', 42)
        return shape.trainingStep(batch, context)
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer } = lab({ logEvery: { steps: 2 } })
    const fit = trainer.fit(module, { train: lineBatches(2) })
    await expect(fit).rejects.toMatchObject({ code: 'REG_LOG_INVALID', data: { metric: 'step' } })
    for (const each of [module, shape]) each.dispose()
  })

  it.each([
    { run: 'a good run', breaks: false, outcome: 'completed' },
    { run: 'a run that fails', breaks: true, outcome: 'failed' },
  ])(
    'C239: two loggers get the same records and the outcome of $run',
    async ({ breaks, outcome }) => {
      const received: Record<string, LogRecord[]> = { one: [], two: [] }
      const outcomes: string[] = []
      const logger = (name: 'one' | 'two') =>
        plugin(name, ({ hooks, provide }) => {
          provide('logger', { name })
          hooks.record.tapPromise(name, async (record) => void received[name]?.push(record))
          hooks.teardown.tap(name, (end) => void outcomes.push(`${name} ${end.outcome}`))
        })
      const broken = function* (): Generator<LineBatch> {
        yield* lineBatches(2)
        if (breaks) throw new Error('no more')
      }
      const options: TrainerOptions = {
        logEvery: { steps: 1 },
        plugins: [logger('one'), logger('two')],
      }
      const { trainer } = lab(options)
      const module = lineModule({ hparams: { rate: 0.1 } })
      const run = trainer.fit(module, { train: broken })
      if (breaks) await rejection(run)
      else await run
      expect(received.one?.[0]).toMatchObject({ kind: 'hyperparameters', values: { rate: 0.1 } })
      expect(received.one?.length).toBe(breaks ? 3 : 4)
      expect(received.two).toEqual(received.one)
      expect(outcomes).toEqual([`two ${outcome}`, `one ${outcome}`])
      module.dispose()
    },
  )

  it('C240: fit, validate, test and predict each begin with no metric of what ran before', async () => {
    const seenNames: Record<string, readonly string[]> = {}
    const shape = lineModule()
    const stepOf = (name: string) => (batch: LineBatch) => {
      const loss = shape.trainingStep(batch, {} as never)
      return { loss: loss as never, [name]: 1 }
    }
    const module = lineModule({
      trainingStep: stepOf('only_in_fit'),
      validationStep: stepOf('only_in_validation'),
      testStep: stepOf('only_in_test'),
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer } = lab({ maxEpochs: 1 })
    for (const hook of ['batchEnd', 'validationBatchEnd', 'testBatchEnd'] as const) {
      trainer.hooks[hook].tap('look', ({ metrics }) => {
        seenNames[hook] ??= metrics.names
      })
    }
    const fitted = await trainer.fit(module, { train: lineBatches(1) })
    const validated = await trainer.validate(module, lineBatches(1))
    const tested = await trainer.test(module, lineBatches(1))
    for await (const output of trainer.predict(module, lineBatches(1))) {
      ;(output as { dispose(): void }).dispose()
    }
    expect(seenNames).toEqual({
      batchEnd: ['loss', 'only_in_fit'],
      validationBatchEnd: ['val_loss', 'val_only_in_validation'],
      testBatchEnd: ['test_loss', 'test_only_in_test'],
    })
    expect(Object.keys(fitted.metrics)).toEqual(['loss', 'only_in_fit'])
    expect(Object.keys(validated)).toEqual(['val_loss', 'val_only_in_validation'])
    expect(Object.keys(tested)).toEqual(['test_loss', 'test_only_in_test'])
    const other = lineModule()
    const again = await trainer.fit(other, { train: lineBatches(1) })
    expect(Object.keys(again.metrics)).toEqual(['loss'])
    for (const each of [module, shape, other]) each.dispose()
  })
})
