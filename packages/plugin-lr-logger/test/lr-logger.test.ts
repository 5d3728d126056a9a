import {
  type AutomaticModule,
  definePlugin,
  type LogRecord,
  type PluginEntry,
  Trainer,
} from '@regimen/core'
import {
  expectNoTensorLeak,
  type PluginRun,
  type RunPluginOptions,
  runPlugin,
} from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type LrLoggerOptions, lrLogger } from '../src/index.js'
import { aLogger, halving } from './helpers/companions.js'

/** A run of some epochs with a logger, a scheduler and the plugin. */
function runWith(
  options: LrLoggerOptions,
  run: Partial<RunPluginOptions> & { epochs?: number; scheduler?: PluginEntry } = {},
): Promise<PluginRun> {
  const { epochs = 3, scheduler = halving(), ...rest } = run
  const metrics = Array.from({ length: epochs }, () => ({}))
  const plugins = [aLogger(), scheduler, lrLogger(options)]
  return expectNoTensorLeak(() => runPlugin(plugins, { metrics, ...rest }))
}

/** Values of a name in the records of steps or epochs, with the index they carry. */
function logged(
  { records }: { records: readonly LogRecord[] },
  interval: 'step' | 'epoch',
  name: string,
) {
  return records.flatMap((record) => {
    if (record.kind !== 'metrics' || record.interval !== interval) return []
    const value = record.values[name]
    return value === undefined ? [] : [[record[interval], value]]
  })
}

const adam = () => tf.train.adam(0.1)

describe('per epoch', () => {
  it('C216: logs the rate that each epoch uses, in its record and in the history', async () => {
    const run = await runWith(
      { interval: 'epoch' },
      { epochs: 5, configureOptimizers: () => tf.train.sgd(0.1) },
    )
    const rates = [0.1, 0.05, 0.025, 0.0125, 0.00625]
    expect(logged(run, 'epoch', 'lr-SGD')).toEqual(rates.map((rate, epoch) => [epoch, rate]))
    expect(run.history.map((row) => row['lr-SGD'])).toEqual(rates)
    expect(logged(run, 'step', 'lr-SGD')).toEqual([])
  })

  it('offers the rate to those who judge and save', async () => {
    const seen: unknown[] = []
    await runWith(
      { interval: 'epoch' },
      {
        configureOptimizers: adam,
        watch: ({ hooks }) =>
          hooks.monitor.tap('look', ({ metrics }) => void seen.push(metrics.atHand('lr-Adam'))),
      },
    )
    expect(seen).toEqual([0.1, 0.05, 0.025])
  })
})

describe('per step', () => {
  it('logs the rate that each step uses, as often as logEvery says', async () => {
    const scheduler = halving(['main'], 'step')
    const given = { epochs: 2, batches: 3, scheduler, configureOptimizers: adam }
    const every = await runWith({ interval: 'step' }, given)
    expect(logged(every, 'step', 'lr-Adam')).toEqual(
      [0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125].map((rate, step) => [step, rate]),
    )
    const second = await runWith(
      { interval: 'step' },
      { ...given, scheduler: halving(['main'], 'step'), options: { logEvery: { steps: 2 } } },
    )
    expect(logged(second, 'step', 'lr-Adam')).toEqual([
      [1, 0.05],
      [3, 0.0125],
      [5, 0.003125],
    ])
    expect(logged(every, 'epoch', 'lr-Adam')).toEqual([])
  })
})

describe('without an interval', () => {
  it('logs both, the rates of an epoch at its start', async () => {
    const run = await runWith({}, { epochs: 2, batches: 2, configureOptimizers: adam })
    expect(logged(run, 'step', 'lr-Adam')).toEqual([
      [0, 0.1],
      [1, 0.1],
      [2, 0.05],
      [3, 0.05],
    ])
    expect(logged(run, 'epoch', 'lr-Adam')).toEqual([
      [0, 0.1],
      [1, 0.05],
    ])
  })
})

describe('a run that goes on in mid-epoch', () => {
  it('has the rate with which the epoch began, and does not record it again', async () => {
    const run = { epochs: 2, batches: 4, configureOptimizers: adam }
    for (const interval of ['epoch', undefined] as const) {
      const scheduler = () => halving(['main'], 'step')
      const options = interval === undefined ? {} : { interval }
      const whole = await runWith(options, { ...run, scheduler: scheduler() })
      const controller = new AbortController()
      const first = await runWith(options, {
        ...run,
        scheduler: scheduler(),
        signal: controller.signal,
        watch: ({ hooks }) =>
          hooks.batchStart.tap('abort', ({ epoch, batch }) => {
            if (epoch === 1 && batch === 1) controller.abort()
          }),
      })
      const resumeFrom = first.snapshot
      const second = await runWith(options, { ...run, scheduler: scheduler(), resumeFrom })
      const parts = [...logged(first, 'epoch', 'lr-Adam'), ...logged(second, 'epoch', 'lr-Adam')]
      expect(parts).toEqual(logged(whole, 'epoch', 'lr-Adam'))
      expect(parts).toEqual([
        [0, 0.1],
        [1, 0.1 / 2 ** 4],
      ])
    }
  })
})

describe('momentum and weight decay', () => {
  const names = ({ records }: PluginRun) =>
    Object.keys((records[0] as { values: object }).values).filter((name) => name.startsWith('lr-'))

  it.each([
    ['momentum', () => tf.train.momentum(0.1, 0.9), 'lr-Momentum', 0.9],
    ['betas', () => tf.train.adam(0.1, 0.8), 'lr-Adam', 0.8],
  ])(
    'C211: are logged where they are asked for: %s',
    async (_, configureOptimizers, name, momentum) => {
      const run = await runWith(
        { interval: 'step', momentum: true, weightDecay: true },
        { configureOptimizers },
      )
      expect(names(run)).toEqual([name, `${name}-momentum`, `${name}-weight_decay`])
      expect(logged(run, 'step', `${name}-momentum`)[0]).toEqual([0, momentum])
      expect(logged(run, 'step', `${name}-weight_decay`)[0]).toEqual([0, 0])
      expect(run.reports).toEqual([])
    },
  )

  it('are not where they are not', async () => {
    expect(names(await runWith({ interval: 'step' }, { configureOptimizers: adam }))).toEqual([
      'lr-Adam',
    ])
  })

  it('C212: is 0 for an optimizer without momentum, with a warning', async () => {
    const configureOptimizers = () => tf.train.adagrad(0.1)
    const run = await runWith({ interval: 'epoch', momentum: true }, { configureOptimizers })
    expect(logged(run, 'epoch', 'lr-Adagrad-momentum')).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ])
    expect(run.reports).toEqual([
      {
        level: 'warn',
        plugin: 'lr-logger',
        message: 'These optimizers do not have momentum, 0 is logged: "lr-Adagrad".',
      },
    ])
  })
})

describe('a fit', () => {
  const metrics = [{}]

  const saidBy = ({ reports }: Awaited<ReturnType<typeof runPlugin>>) =>
    reports.flatMap(({ plugin, message }) => (plugin === 'lr-logger' ? [message] : []))

  it('C213: without a logger gets a notice, and fails where that is strict', async () => {
    await expect(
      runPlugin([halving(), lrLogger({ strict: true })], { metrics }),
    ).rejects.toMatchObject({
      code: 'REG_SERVICE_MISSING',
      plugin: 'lr-logger',
      message: expect.stringContaining('There is no logger'),
    })
    const run = await runPlugin([halving(), lrLogger({ interval: 'epoch' })], { metrics })
    expect(saidBy(run)).toEqual([expect.stringContaining('There is no logger')])
    expect(run.history[0]).toMatchObject({ 'lr-SGD': 1 })
  })

  it.each([
    ['without a scheduler', []],
    ['with a scheduler that has nothing to do', halving([])],
  ])('%s gets a notice, and fails where one is required', async (_, scheduler) => {
    for (const options of [{ strict: true }, { requireScheduler: true }]) {
      const strict = runPlugin([aLogger(), scheduler, lrLogger(options)], { metrics })
      await expect(strict).rejects.toMatchObject({
        code: 'REG_SERVICE_MISSING',
        message: expect.stringContaining('No scheduler is active'),
      })
    }
    const own = lrLogger({ interval: 'epoch' })
    const run = await runPlugin([aLogger(), scheduler, own], { metrics })
    expect(saidBy(run)).toEqual([expect.stringContaining('No scheduler is active')])
    expect(run.history[0]).toMatchObject({ 'lr-SGD': 1 })
    const loose = lrLogger({ interval: 'epoch', strict: true, requireScheduler: false })
    await expect(runPlugin([aLogger(), scheduler, loose], { metrics })).resolves.toBeDefined()
  })

  it('that is a trial, in which loggers are muted, needs none', async () => {
    const trial = definePlugin({
      name: 'trial',
      apply({ id, hooks, plugins, provide }) {
        provide('fastDevRun', { batches: 1 })
        hooks.configure.tap(id, () => plugins.mute('a-logger'))
      },
    })
    const run = await runPlugin([trial, aLogger(), halving(), lrLogger({ interval: 'epoch' })], {
      metrics,
    })
    expect(run.history[0]).toMatchObject({ 'lr-SGD': 1 })
  })

  it('whose optimizer tells no rate warns once and logs the others', async () => {
    const configureOptimizers = () => Object.assign(adam(), { learningRate: undefined })
    const options = { interval: 'step', requireScheduler: false } as const
    const run = await runWith(options, { configureOptimizers, scheduler: [] })
    expect(logged(run, 'step', 'lr-Adam')).toEqual([])
    expect(run.reports.map(({ message }) => message)).toEqual([
      '"lr-Adam" is not logged: its optimizer has no number learningRate.',
    ])
  })
})

describe('several optimizers', () => {
  /** A fit of a module with two weights, each with an optimizer of its own. */
  async function twoOptimizers(
    options: LrLoggerOptions,
    make: AutomaticModule<tf.Tensor>['configureOptimizers'],
  ) {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))]
    const data = [tf.tensor1d([1])]
    const module: AutomaticModule<tf.Tensor> = {
      trainingStep: (x) => tf.sum(tf.mul(x, tf.add(a, b))) as tf.Scalar,
      variables: () => ({ 'first/w': a, 'second/w': b }),
      configureOptimizers: make,
    }
    const trainer = new Trainer({
      maxEpochs: 5,
      plugins: [aLogger(), halving(['first']), lrLogger(options)],
    })
    try {
      return await trainer.fit(module, { train: data })
    } finally {
      tf.dispose([a, b, ...data])
    }
  }
  const two = () => ({ first: tf.train.sgd(0.1), second: tf.train.adam(0.1) })

  it('C216: are logged each by its kind, scheduled or not', async () => {
    const { history } = await twoOptimizers({ interval: 'epoch' }, two)
    expect(history.map((row) => row['lr-SGD'])).toEqual([0.1, 0.05, 0.025, 0.0125, 0.00625])
    expect(history.map((row) => row['lr-Adam'])).toEqual([0.1, 0.1, 0.1, 0.1, 0.1])
  })

  it('C215: of one kind are numbered, names of their own count, and equal ones are an error', async () => {
    const both = () => ({ first: tf.train.adam(0.1), second: tf.train.adam(0.2) })
    const { history } = await twoOptimizers({ interval: 'epoch' }, both)
    expect(history[0]).toMatchObject({ 'lr-Adam': 0.1, 'lr-Adam-1': 0.2 })
    const named = await twoOptimizers(
      { interval: 'epoch', names: { second: 'my_logging_name' } },
      both,
    )
    expect(named.history[0]).toMatchObject({ 'lr-Adam': 0.1, my_logging_name: 0.2 })
    await expect(twoOptimizers({ names: { first: 'same', second: 'same' } }, both)).rejects.toThrow(
      'REG_OPTION_INVALID: lrLogger: "names" is "same" for two optimizers; expected a name of its own for each.',
    )
    await expect(twoOptimizers({ names: { secnd: 'a' } }, both)).rejects.toThrow(
      'lrLogger: "names.secnd" is for an optimizer that does not exist; expected one of "first", "second". Did you mean "second"?',
    )
  })
})

describe('a second fit', () => {
  it('has the rates of its own', async () => {
    const w = tf.variable(tf.scalar(1))
    const data = [tf.tensor1d([1])]
    const options = { interval: 'epoch', requireScheduler: false } as const
    const trainer = new Trainer({ maxEpochs: 1, plugins: [aLogger(), lrLogger(options)] })
    const rates: unknown[] = []
    for (const rate of [0.1, 0.2]) {
      const module: AutomaticModule<tf.Tensor> = {
        trainingStep: (x) => tf.sum(tf.mul(w, x)) as tf.Scalar,
        variables: () => ({ w }),
        configureOptimizers: () => tf.train.sgd(rate),
      }
      rates.push((await trainer.fit(module, { train: data })).metrics['lr-SGD'])
    }
    expect(rates).toEqual([0.1, 0.2])
    tf.dispose([w, ...data])
  })
})

describe('options', () => {
  it.each([
    [
      'an unknown interval',
      { interval: 'batch' },
      'lrLogger: "interval" is "batch"; expected "step" or "epoch".',
    ],
    ['no boolean', { momentum: 1 }, 'lrLogger: "momentum" is 1; expected true or false.'],
    [
      'an empty name',
      { names: { main: '' } },
      'lrLogger: "names.main" is ""; expected a non-empty string.',
    ],
    ['a name of Lightning', { log_momentum: true }, 'Did you mean "momentum"?'],
    ['another', { log_weight_decay: true }, 'Did you mean "weightDecay"?'],
    ['a third', { logging_interval: 'step' }, 'Did you mean "interval"?'],
    ['no object', null, 'lrLogger: "options" is null; expected an object with any of "interval"'],
    [
      'a slip',
      { momentm: true },
      /expected one of "interval", "momentum",.* Did you mean "momentum"\?$/,
    ],
  ])('%s is an error at construction', (_, wrong, text) => {
    const construct = () => lrLogger(wrong as unknown as LrLoggerOptions)
    expect(construct).toThrow(/^REG_OPTION_(INVALID|UNKNOWN): /)
    expect(construct).toThrow(text)
  })
})
