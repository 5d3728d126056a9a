import { inspect } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fail, located, RegimenError } from '../src/floor/errors.js'
import { checkEvery, monitoredMetric, Trainer, type TrainerOptions } from '../src/index.js'
import { onCpu, plugin, rejection } from './helpers/lab.js'
import { lineBatches, lineModule } from './helpers/line.js'

onCpu()

function caught(call: () => never): RegimenError {
  try {
    return call()
  } catch (thrown) {
    return thrown as RegimenError
  }
}

describe('the data of an error', () => {
  it('are the values that its text names, without the hint', () => {
    const { data } = caught(() =>
      fail('REG_OPTION_UNKNOWN.name', {
        owner: 'Trainer',
        option: 'x',
        options: ['a', 'b'],
        hint: ' Did you mean "a"?',
      }),
    )
    expect(data).toEqual({ owner: 'Trainer', option: 'x', options: ['a', 'b'] })
  })

  it('are completed by what the place that throws adds', () => {
    const { data } = caught(() => fail('REG_NOT_RUNNING.call', { call: 'log' }, { data: { n: 1 } }))
    expect(data).toEqual({ call: 'log', n: 1 })
  })

  it('stay with an error that learns where it happened', () => {
    const error = caught(() => fail('REG_NOT_RUNNING.call', { call: 'log' }))
    const { data, plugin } = located(error, 'REG_HOOK_FAILED', 'it failed', { plugin: 'mine' })
    expect({ data, plugin }).toEqual({ data: { call: 'log' }, plugin: 'mine' })
  })

  it('are empty where none were given', () => {
    expect(new RegimenError('REG_BUSY', 'wait').data).toEqual({})
  })
})

it('an uncaught error says its text once, and that of its cause once', () => {
  const cause = new Error('no such thing')
  const error = located(cause, 'REG_HOOK_FAILED', 'Plugin "mine" failed', { plugin: 'mine' })
  const printed = inspect(error)
  expect(printed.match(/Plugin "mine" failed/g)).toHaveLength(1)
  expect(printed.match(/(?<!failed: )no such thing/g)).toHaveLength(1)
  expect(error).toMatchObject({ detail: 'Plugin "mine" failed: no such thing', data: {} })
})

type Made = Parameters<typeof lineModule>[0]

/** A fit of a line that is to fail. */
async function fitted(options: TrainerOptions, overrides?: Made, data: object = {}) {
  const module = lineModule(overrides)
  try {
    const trainer = new Trainer({ maxEpochs: 1, sanityBatches: 0, ...options })
    await trainer.fit(module, { train: lineBatches(2), ...data })
  } finally {
    module.dispose()
  }
}

/** A fit with a plugin `judge` that does something in a hook. */
const judged = (hook: 'batchEnd' | 'monitor' | 'gradients', act: (told: never) => unknown) =>
  fitted({
    plugins: [plugin('judge', ({ id, hooks }) => hooks[hook].tapPromise(id, act as never))],
  })

const idle = () => ({ name: 'idle', apply: () => undefined })
const needy = (relations: object) =>
  fitted({ plugins: [plugin('needy', () => undefined, relations)] })
const twoOptimizers = () => ({ a: tf.train.sgd(0.1), b: tf.train.sgd(0.1) })

describe('the data of errors, exactly', () => {
  const limits = ['train', 'validation', 'test', 'predict']
  const cases: readonly [code: string, data: object, run: () => unknown][] = [
    [
      'REG_OPTION_UNKNOWN',
      { owner: 'Trainer', option: 'limitBatches.evaluation', options: limits },
      () => new Trainer({ limitBatches: { evaluation: 1 } as never }),
    ],
    [
      'REG_OPTION_INVALID',
      {
        owner: 'Trainer',
        option: 'maxEpochs',
        found: -1,
        expected: 'a non-negative integer or Infinity',
      },
      () => new Trainer({ maxEpochs: -1 }),
    ],
    [
      'REG_OPTION_INVALID',
      {
        owner: 'mine',
        option: 'every',
        found: { hours: 1 },
        expected: expect.stringContaining('{ steps: n }'),
      },
      () => checkEvery({ hours: 1 }, { owner: 'mine', option: 'every' }),
    ],
    [
      'REG_OPTION_INVALID',
      { option: 'limitBatches', place: 'data.train', found: 0.1, batches: 2, least: 0.5 },
      () => fitted({ limitBatches: { train: 0.1 } }),
    ],
    [
      'REG_OPTION_INVALID',
      { event: 'batchEnd', option: 'every', found: 0, expected: 'a whole number from 1' },
      () => new Trainer().on('batchEnd', { every: 0 }),
    ],
    [
      'REG_MODULE_INVALID',
      { part: 'trainingStep', stage: 'fit', found: undefined },
      () => fitted({}, { trainingStep: undefined } as never),
    ],
    [
      'REG_DATA_INVALID',
      { place: 'data.validation', found: 5 },
      () => fitted({}, {}, { validation: 5 }),
    ],
    ['REG_DATA_EMPTY', { epoch: 1 }, () => fitted({}, {}, { train: [] })],
    ['REG_DATA_EMPTY', { place: 'data.validation' }, () => fitted({}, {}, { validation: [] })],
    [
      'REG_STEP_OUTPUT',
      { place: 'trainingStep', shape: [2] },
      () => fitted({}, { trainingStep: () => tf.zeros([2]) as never }),
    ],
    [
      'REG_STEP_OUTPUT',
      { place: 'trainingStep', found: 5 },
      () => fitted({}, { trainingStep: () => 5 as never }),
    ],
    [
      'REG_STEP_OUTPUT',
      { place: 'validationStep', found: 5 },
      () => fitted({}, { validationStep: () => 5 as never }, { validation: lineBatches(1) }),
    ],
    [
      'REG_LOSS_NOT_FINITE',
      { loss: Number.NaN, batch: 1, epoch: 1, step: 0 },
      () => fitted({}, { trainingStep: () => tf.scalar(Number.NaN) }),
    ],
    [
      'REG_LOG_INVALID',
      { metric: 'x', found: 'min-max', expected: ['mean', 'sum', 'min', 'max'] },
      () =>
        fitted(
          {},
          { trainingStep: (_, { log }) => log('x', 1, { reduce: 'min-max' } as never) as never },
        ),
    ],
    [
      'REG_LOG_INVALID',
      { metric: 'step', reason: expect.any(String) },
      () => fitted({}, { trainingStep: (_, { log }) => log('step', 1) as never }),
    ],
    [
      'REG_LOG_PLACE',
      { metric: 'x' },
      () => {
        const logs = plugin('logs', ({ id, hooks, log }) => hooks.save.tap(id, () => log('x', 1)))
        return fitted({ plugins: [logs] })
      },
    ],
    [
      'REG_METRIC_MISSING',
      { metric: 'los', origin: 'epoch 1', reported: ['loss'] },
      () =>
        judged('monitor', ({ metrics }: { metrics: { get(name: string): Promise<number> } }) =>
          metrics.get('los'),
        ),
    ],
    [
      'REG_METRIC_MISSING',
      { plugin: 'judge', metric: 'los', origin: 'epoch 1', reported: ['loss'] },
      () =>
        judged('monitor', ({ metrics }: { metrics: never }) =>
          monitoredMetric(metrics, 'los', 'judge'),
        ),
    ],
    ['REG_HOOK_VALUE', { plugin: 'judge', found: 5 }, () => judged('gradients', () => 5)],
    [
      'REG_OPTIMIZER_INVALID',
      { variable: 'w', optimizers: ['a', 'b'] },
      () => fitted({}, { configureOptimizers: twoOptimizers } as never),
    ],
    [
      'REG_OPTIMIZER_INVALID',
      { found: 'adam' },
      () => fitted({}, { configureOptimizers: () => 'adam' as never }),
    ],
    [
      'REG_PLUGIN_REQUIRED',
      { plugin: 'needy', other: 'other', plugins: ['needy'] },
      () => needy({ requires: ['other'] }),
    ],
    [
      'REG_PLUGIN_ORDER',
      { plugin: 'needy', relation: 'after', other: 'other', plugins: ['needy'] },
      () => needy({ after: ['other'] }),
    ],
    [
      'REG_PLUGIN_INVALID',
      { plugin: 'idle', found: '' },
      () => plugin('idle', () => undefined, { id: '' }),
    ],
    [
      'REG_PLUGIN_API',
      { plugin: 'idle', found: 99, expected: 1 },
      () => new Trainer({ plugins: [{ ...idle(), id: 'idle', api: 99 } as never] }),
    ],
    [
      'REG_SERVICE_MISSING',
      { reference: 'last' },
      async () => {
        const module = lineModule()
        const fit = new Trainer({ maxEpochs: 1 }).fit(
          module,
          { train: lineBatches(2) },
          { resumeFrom: 'last' },
        )
        await fit.finally(() => module.dispose())
      },
    ],
    ['REG_NOT_RUNNING', {}, () => new Trainer().snapshot()],
    [
      'REG_DISPOSED',
      { call: 'validate()' },
      async () => {
        const module = lineModule()
        const trainer = new Trainer()
        await trainer.dispose()
        await trainer.validate(module, lineBatches(1)).finally(() => module.dispose())
      },
    ],
  ]

  it.each(cases)('%s %j', async (code, data, run) => {
    const error = await rejection(Promise.resolve().then(run))
    expect({ code: error.code, data: error.data }).toEqual({ code, data })
  })
})
