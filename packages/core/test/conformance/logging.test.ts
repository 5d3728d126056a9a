import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { LogOptions, LogRecord, MetricValue, StepContext } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'
import type { Recorder } from '../helpers/recorder.js'

onCpu()

const everyStep = { logEvery: { steps: 1 } } as const

/** A module that logs before it does what a line module does. */
function logging(log: (context: StepContext) => void, evaluate = log) {
  const shape = lineModule()
  const module = lineModule({
    trainingStep: (batch, context) => {
      log(context)
      return shape.trainingStep(batch, context)
    },
    validationStep: (_, context) => evaluate(context),
    testStep: (_, context) => evaluate(context),
    variables: () => ({ w: shape.w, b: shape.b }),
  })
  return { ...module, dispose: () => [module, shape].forEach((each) => void each.dispose()) }
}

const metricsOf = (seen: Recorder) =>
  seen.of('record').flatMap((record) => (record.kind === 'metrics' ? [record] : []))
const namesOf = (records: readonly LogRecord[], interval: string) =>
  new Set(
    records.flatMap((record) =>
      record.kind === 'metrics' && record.interval === interval ? Object.keys(record.values) : [],
    ),
  )

describe('names and values', () => {
  it('C220: onStep and onEpoch give a plain name each, both together _step and _epoch', async () => {
    const module = logging((context) => {
      context.log('default', 1)
      context.log('l_s', 1, { onStep: true, onEpoch: false })
      context.log('l_e', 1, { onStep: false, onEpoch: true })
      context.log('l_se', 1, { onStep: true, onEpoch: true })
      context.log('p_se', 1, { onStep: true, onEpoch: true, progress: true })
    })
    const { trainer, seen } = lab(everyStep)
    let progress: readonly string[] = []
    trainer.hooks.batchEnd.tap('look', ({ metrics }) => {
      progress = metrics.progress
    })
    const result = await trainer.fit(module, { train: lineBatches(2) })
    const records = metricsOf(seen)
    expect(namesOf(records, 'step')).toEqual(
      new Set(['default', 'l_s', 'l_se_step', 'p_se_step', 'loss']),
    )
    expect(namesOf(records, 'epoch')).toEqual(new Set(['l_e', 'l_se_epoch', 'p_se_epoch', 'loss']))
    expect(Object.keys(result.metrics).sort()).toEqual([
      'default',
      'l_e',
      'l_s',
      'l_se',
      'l_se_epoch',
      'l_se_step',
      'loss',
      'p_se',
      'p_se_epoch',
      'p_se_step',
    ])
    expect(progress).toEqual(['p_se', 'loss'])
    for (const value of Object.values(result.metrics)) expect(typeof value).toBe('number')
    module.dispose()
  })

  it.each([
    { batches: 3, reduce: 'min', value: 0 },
    { batches: 3, reduce: 'max', value: 2 },
    { batches: 11, reduce: 'max', value: 10 },
    { batches: 5, reduce: 'mean', value: 2 },
    { batches: 5, reduce: 'sum', value: 10 },
  ] as const)('C222: $reduce of 0..$batches-1 is $value', async ({ batches, reduce, value }) => {
    const options: LogOptions = { onStep: false, onEpoch: true, reduce }
    const module = logging(
      (context) => context.log('t', tf.scalar(context.batch), options),
      (context) => context.log('v', context.batch, options),
    )
    const { trainer } = lab()
    const data = { train: lineBatches(batches), validation: lineBatches(batches) }
    const result = await withoutLeak(() => trainer.fit(module, data))
    expect(result.metrics).toMatchObject({ t: value, v: value })
    module.dispose()
  })

  it.each([
    {
      problem: 'neither step nor epoch',
      id: 'C226',
      log: [1, { onStep: false, onEpoch: false }],
      text: 'which keeps nothing',
    },
    { problem: 'null', id: 'C227', log: [null], text: 'null; expected a number or a tensor' },
    {
      problem: 'an object',
      id: 'C227',
      log: [{ a: 1 }],
      text: '{"a":1}; expected a number or a tensor',
    },
    { problem: 'a string', id: 'C227', log: ['foo'], text: '"foo"; expected a number or a tensor' },
    {
      problem: 'a list',
      id: 'C227',
      log: [[1, 2, 3]],
      text: '[1,2,3]; expected a number or a tensor',
    },
    {
      problem: 'undefined',
      id: 'C227',
      log: [undefined],
      text: 'undefined; expected a number or a tensor',
    },
    {
      problem: 'reduce "argmax"',
      id: 'C228',
      log: [1, { reduce: 'argmax' }],
      text: '"argmax"; expected one of "mean"',
    },
    {
      problem: 'reduce "avg"',
      id: 'C222',
      log: [1, { reduce: 'avg' }],
      text: '"avg"; expected one of "mean"',
    },
    {
      problem: 'reduce "SUM"',
      id: 'C222',
      log: [1, { reduce: 'SUM' }],
      text: '"SUM"; expected one of "mean"',
    },
    { problem: 'two elements', id: 'C228', log: 'pair', text: 'expected a tensor of one element' },
    {
      problem: 'two ways of one name',
      id: 'C228',
      log: 'twice',
      text: 'twice with different options',
    },
  ])('$id: logging with $problem is an error', async ({ log, text }) => {
    const module = logging((context) => {
      if (log === 'pair') context.log('foo', tf.tensor1d([1, 2]))
      else if (log === 'twice') {
        context.log('foo', 1, { onEpoch: true })
        context.log('foo', 1, { onEpoch: false })
      } else context.log('foo', log[0] as MetricValue, log[1] as LogOptions)
    })
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, { train: lineBatches(2) }))
      expect(error.code).toBe('REG_LOG_INVALID')
      expect(error.message).toContain('"foo" was logged')
      expect(error.message).toContain(text)
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it('C228: a name may contain a slash: suffixes of loaders come from the loaders only', async () => {
    const module = logging((context) =>
      context.log('foo/loader', 1, { onEpoch: true, onStep: false }),
    )
    const { trainer } = lab()
    const { metrics } = await trainer.fit(module, { train: lineBatches(1) })
    expect(metrics).toMatchObject({ 'foo/loader': 1 })
    module.dispose()
  })

  it('C230: 8 hits in 32 samples are an accuracy of 0.25, also where batches differ in size', async () => {
    let offset = 0
    const module = lineModule({
      validationStep: ({ x }: LineBatch) => {
        const size = x.shape[0]
        const hits = Math.max(0, Math.min(8, offset + size) - offset)
        offset += size
        return { acc: hits / size }
      },
    })
    const uneven = function* () {
      for (const size of [10, 10, 10, 2]) yield* lineBatches(1, size)
    }
    const { trainer } = lab()
    expect(await trainer.validate(module, uneven)).toEqual({ val_acc: 0.25 })
    module.dispose()
  })

  it('C231: of several loaders each has its metrics under its name', async () => {
    const module = lineModule()
    const { trainer } = lab()
    const both = await trainer.test(module, { a: lineBatches(1), b: lineBatches(2) })
    expect(Object.keys(both)).toEqual(['test_loss/a', 'test_loss/b'])
    expect(Object.keys(await trainer.test(module, lineBatches(1)))).toEqual(['test_loss'])
    const validation = { clean: lineBatches(1), noisy: lineBatches(2) }
    const { metrics } = await trainer.fit(module, { train: lineBatches(1), validation })
    expect(Object.keys(metrics)).toEqual(['val_loss/clean', 'val_loss/noisy', 'loss'])
    module.dispose()
  })

  it('C234: test() gives what a plugin logs in the hooks of a test, names with slashes too', async () => {
    const module = lineModule({ testStep: () => undefined })
    const noting = plugin('noting', ({ hooks, log }) => {
      hooks.testBatchEnd.tap('noting', () => log('c', 2))
      hooks.testEnd.tap('noting', () => log('d/e/f', 2))
    })
    const { trainer } = lab({ plugins: [noting] })
    expect(await trainer.test(module, lineBatches(3))).toEqual({ c: 2, 'd/e/f': 2 })
    module.dispose()
  })

  it('C236: an explicit batchSize weighs a mean, and no size is looked for where none is needed', async () => {
    class Opaque {
      readonly x = 1
    }
    const log = (options: LogOptions) => {
      const module = lineModule({
        validationStep: (_, context) => context.log('v', context.batch === 0 ? 7 : 1, options),
      })
      const { trainer } = lab()
      const batches = [new Opaque(), new Opaque()] as unknown as LineBatch[]
      return trainer.validate(module, batches).finally(() => module.dispose())
    }
    expect(await log({ batchSize: 10 })).toEqual({ v: 4 })
    expect(await log({ reduce: 'sum' })).toEqual({ v: 8 })
    expect(await log({ onStep: true, onEpoch: false })).toEqual({})
    const error = await rejection(log({}))
    expect(error.code).toBe('REG_BATCH_SIZE')
    expect(error.message).toContain('Pass batchSize to ctx.log')
  })
})
