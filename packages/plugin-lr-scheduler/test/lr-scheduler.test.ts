import {
  definePlugin,
  type ManualModule,
  type Plugin,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  constant,
  cosine,
  exponential,
  type LrSchedulerOptions,
  lrScheduler,
  oneCycle,
  step,
} from '../src/index.js'
import { ones, slope, twoSlopes } from './helpers/slope.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Notes how far the weight moved in each step: with a gradient of 1 that is the rate of SGD. */
function noteRates(rates: number[], weight: () => number): Plugin {
  let before = 0
  return definePlugin({
    name: 'note-rates',
    apply({ hooks }) {
      hooks.stepStart.tap('note-rates', () => {
        before = weight()
      })
      hooks.stepEnd.tap('note-rates', () => void rates.push(before - weight()))
    },
  })
}

interface Fit extends Omit<TrainerOptions, 'plugins'> {
  readonly batches?: number
  readonly optimizer?: () => tf.Optimizer
}

/** Fits a slope from 0 with SGD of rate 1. @returns the rate of each step */
async function ratesOf(options: LrSchedulerOptions, fit: Fit = {}): Promise<number[]> {
  const { batches = 3, optimizer = () => tf.train.sgd(1), ...others } = fit
  const { module, weight, dispose } = slope(optimizer)
  const rates: number[] = []
  const before = tf.memory().numTensors
  const plugins = [lrScheduler(options), noteRates(rates, weight)]
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0, ...others, plugins })
  await trainer.fit(module, { train: ones(batches), validation: ones(1) })
  expect(tf.memory().numTensors).toBe(before)
  dispose()
  return rates
}

const halves = exponential({ gamma: 0.5 })

describe('the rate of a step', () => {
  it('by step: step k uses schedule(k), across epochs', async () => {
    const rates = await ratesOf({ schedule: halves, interval: 'step' })
    expect(rates).toEqual([1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
  })

  it('by epoch, the default: epoch e uses schedule(e)', async () => {
    expect(await ratesOf({ schedule: halves })).toEqual([1, 1, 1, 0.5, 0.5, 0.5])
  })

  it('begins at baseLr, where that is given', async () => {
    const rates = await ratesOf({ schedule: halves, baseLr: 8 })
    expect(rates).toEqual([8, 8, 8, 4, 4, 4])
  })

  it('may be 0', async () => {
    expect(await ratesOf({ schedule: constant({ factor: 0 }) })).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('is known before the step: in batchStart of each batch', async () => {
    let optimizer: tf.SGDOptimizer | undefined
    const seen: number[] = []
    const watch = definePlugin({
      name: 'watch',
      apply: ({ hooks }) => {
        const note = () => void seen.push((optimizer?.getConfig().learningRate as number) ?? -1)
        hooks.epochStart.tap('watch', note)
        hooks.batchStart.tap('watch', note)
      },
    })
    const { module, dispose } = slope(() => {
      optimizer = tf.train.sgd(1) as tf.SGDOptimizer
      return optimizer
    })
    const plugins = [watch, lrScheduler({ schedule: halves, interval: 'step' })]
    await new Trainer({ maxEpochs: 1, plugins }).fit(module, { train: ones(3) })
    expect(seen).toEqual([1, 1, 0.5, 0.25])
    dispose()
  })

  it('C190: by epoch changes once an epoch, however often it is validated', async () => {
    const rates: number[] = []
    const optimizer = tf.train.sgd(0.1)
    const note = definePlugin({
      name: 'note',
      apply: ({ hooks }) => {
        hooks.validationEnd.tap('note', () => void rates.push(rateOf(optimizer)))
        hooks.monitor.tap('note', () => void rates.push(rateOf(optimizer)))
      },
    })
    const { module, dispose } = slope(() => optimizer)
    const plugins = [lrScheduler({ schedule: step({ every: 1 }) }), note]
    const options = { maxEpochs: 1, validateEvery: { epochs: 0.5 }, sanityBatches: 0 }
    await new Trainer({ ...options, plugins }).fit(module, { train: ones(4), validation: ones(1) })
    // validation and monitor in the middle, validation at the end, monitor once the epoch is over
    expect(rates).toEqual([0.1, 0.1, 0.1, expect.closeTo(0.01, 12)])
    optimizer.dispose()
    dispose()
  })

  it('C192: schedules are called with the counts of steps or epochs, one ahead of what is done', async () => {
    const counts: Record<string, [number, number][]> = { step: [], epoch: [] }
    const noting = (interval: 'step' | 'epoch') => (count: number, base: number) => {
      counts[interval]?.push([count, base])
      return base
    }
    for (const interval of ['step', 'epoch'] as const) {
      await ratesOf({ schedule: noting(interval), interval }, { maxEpochs: 3, batches: 2 })
    }
    expect(counts.epoch).toEqual([0, 1, 2, 3].map((epoch) => [epoch, 1]))
    expect(counts.step).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => [index, 1]))
  })
})

const kinds: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5),
}

describe('every optimizer of tfjs', () => {
  it.each(Object.entries(kinds))(
    '%s takes its steps with the rates of the schedule, bit for bit',
    async (_, optimizer) => {
      const schedule = cosine({ steps: 6, minLr: 0.01 })
      const byHand = slope(optimizer, 1)
      const own = optimizer() as tf.Optimizer & { setLearningRate?(rate: number): void }
      for (let count = 0; count < 6; count++) {
        const rate = schedule(count, 0.1)
        if (own.setLearningRate) own.setLearningRate(rate)
        else Object.assign(own, { learningRate: rate })
        tf.tidy(() => {
          const { grads } = tf.variableGrads(
            () => byHand.module.trainingStep(tf.tensor1d([2]), {} as never) as tf.Scalar,
          )
          own.applyGradients(grads)
        })
      }
      const { module, weight, dispose } = slope(optimizer, 1)
      const before = tf.memory().numTensors
      const plugins = [lrScheduler({ schedule, interval: 'step' })]
      await new Trainer({ maxEpochs: 2, plugins }).fit(module, { train: ones(3, 2) })
      expect(tf.memory().numTensors).toBe(before)
      expect(weight()).toBe(byHand.weight())
      dispose()
      byHand.dispose()
    },
  )

  it.each(Object.entries(kinds))(
    '%s has its own rate again after the run, so that a second fit begins where the first did',
    async (_, make) => {
      const optimizer = make()
      const { module, dispose } = slope(() => optimizer, 1)
      const before = tf.memory().numTensors
      const seen: number[] = []
      const note = definePlugin({
        name: 'note',
        apply: ({ hooks }) => hooks.stepStart.tap('note', () => void seen.push(rateOf(optimizer))),
      })
      const trainer = new Trainer({
        maxEpochs: 1,
        plugins: [lrScheduler({ schedule: halves, interval: 'step' }), note],
      })
      for (let fit = 0; fit < 2; fit++) {
        await trainer.fit(module, { train: ones(3) })
        expect(rateOf(optimizer)).toBe(0.1)
      }
      expect(seen).toEqual([0.1, 0.05, 0.025, 0.1, 0.05, 0.025])
      expect(tf.memory().numTensors).toBe(before)
      dispose()
    },
  )

  it('can be used by hand after a run: SGD still has its tensor', async () => {
    const optimizer = tf.train.sgd(0.5)
    const { module, weight, dispose } = slope(() => optimizer)
    const before = tf.memory().numTensors
    const plugins = [lrScheduler({ schedule: constant({ factor: 0 }) })]
    await new Trainer({ maxEpochs: 1, plugins }).fit(module, { train: ones(2) })
    expect(weight()).toBe(0)
    expect(tf.memory().numTensors).toBe(before)
    tf.tidy(() =>
      optimizer.applyGradients(
        tf.variableGrads(() => module.trainingStep(tf.tensor1d([1]), {} as never) as tf.Scalar)
          .grads,
      ),
    )
    expect(weight()).toBe(-0.5)
    optimizer.dispose()
    dispose()
  })
})

describe('several optimizers', () => {
  const options = { maxEpochs: 1, sanityBatches: 0 }

  /** Fits 4 batches: `one` steps in each, `two` in the second and fourth. @returns how far they came */
  async function moved(...schedulers: Plugin[]): Promise<number[]> {
    const { module, weights, dispose } = twoSlopes()
    const before = tf.memory().numTensors
    try {
      const trainer = new Trainer({ ...options, plugins: schedulers })
      await trainer.fit(module, { train: ones(4) })
      return weights().map((weight) => -weight)
    } finally {
      expect(tf.memory().numTensors).toBe(before)
      dispose()
    }
  }

  it('have one schedule for all, each from its own rate and by its own steps', async () => {
    expect(await moved(lrScheduler({ schedule: halves, interval: 'step' }))).toEqual([
      1 + 0.5 + 0.25 + 0.125,
      10 + 5,
    ])
  })

  it('have one each by name; who is not named keeps the rate', async () => {
    const quarters = exponential({ gamma: 0.25 })
    const both = lrScheduler({ schedule: { one: quarters, two: halves }, interval: 'step' })
    expect(await moved(both)).toEqual([1 + 0.25 + 0.0625 + 0.015625, 15])
    expect(await moved(lrScheduler({ schedule: { two: halves }, interval: 'step' }))).toEqual([
      4, 15,
    ])
  })

  it('have one each by two plugins', async () => {
    const one = lrScheduler({ schedule: halves, interval: 'step', optimizer: 'one' })
    const two = lrScheduler({ schedule: constant({ factor: 2 }), optimizer: 'two', id: 'lr-two' })
    expect(await moved(one, two)).toEqual([1.875, 40])
  })

  it('count a batch once that they step in several times, all with the same rate', async () => {
    const { module, weights, dispose } = twoSlopes()
    const { one } = module.variables() as { one: tf.Variable }
    const often: ManualModule<tf.Tensor1D> = {
      ...module,
      async trainingStep(batch, context) {
        for (let turn = 0; turn < 3; turn++)
          await context.optimize('one', () => tf.mul(one, tf.mean(batch)))
        await module.trainingStep(batch, context)
      },
    }
    const plugins = [lrScheduler({ schedule: halves, interval: 'step' })]
    await new Trainer({ ...options, plugins }).fit(often, { train: ones(4) })
    expect(weights()).toEqual([-4 * (1 + 0.5 + 0.25 + 0.125), -(10 + 5)])
    dispose()
  })

  it('must exist to have one', async () => {
    await expect(moved(lrScheduler({ schedule: { three: halves } }))).rejects.toMatchObject({
      code: 'REG_OPTIMIZER_INVALID',
      plugin: 'lr-scheduler',
      message: expect.stringMatching(
        /lrScheduler: "schedule.three" is for an optimizer that does not exist; expected one of "one", "two"/,
      ),
    })
  })

  it('cannot be driven by two plugins at once', async () => {
    const both = [lrScheduler({ schedule: halves }), lrScheduler({ schedule: halves, id: 'again' })]
    await expect(moved(...both)).rejects.toMatchObject({
      code: 'REG_PLUGIN_CONFLICT',
      message: expect.stringMatching(/Two schedulers set the learning rate of optimizer "one"/),
    })
  })

  it('are told by the service lrScheduler', async () => {
    const { module, dispose } = twoSlopes()
    const found: unknown[] = []
    const ask = definePlugin({
      name: 'ask',
      apply: ({ hooks, service }) =>
        hooks.fitStart.tap('ask', () => void found.push(service('lrScheduler')?.optimizers)),
    })
    const plugins = [ask, lrScheduler({ schedule: { two: halves } })]
    await new Trainer({ ...options, plugins }).fit(module, { train: ones(1) })
    expect(found).toEqual([['two']])
    dispose()
  })
})

describe('what is refused', () => {
  it.each([
    [
      undefined,
      /REG_OPTION_INVALID: lrScheduler: "options" is undefined; expected an object with "schedule"/,
    ],
    [{}, /lrScheduler: "schedule" is missing; expected a schedule such as cosine/],
    [{ schedule: 0.1 }, /lrScheduler: "schedule" is 0.1; expected a schedule/],
    [{ schedule: {} }, /lrScheduler: "schedule" is \{\}; expected a schedule/],
    [{ schedule: { main: 'cosine' } }, /is \{"main":"cosine"\}; expected a schedule/],
    [
      { schedule: halves, interval: 'batch' },
      /lrScheduler: "interval" is "batch"; expected "step" or/,
    ],
    [
      { schedule: halves, frequency: 2 },
      /REG_OPTION_UNKNOWN: lrScheduler: "frequency" is not known/,
    ],
    [{ schedule: halves, baseLr: 0 }, /lrScheduler: "baseLr" is 0; expected a positive number/],
    [
      { schedule: { a: halves }, optimizer: 'a' },
      /"optimizer" is "a"; expected none beside schedules by the name/,
    ],
  ])('C196: %o at construction', (options, message) => {
    expect(() => lrScheduler(options as never)).toThrow(message)
  })

  it('C196: an interval for oneCycle by epoch is only warned of', async () => {
    const reports: string[] = []
    const reporter = definePlugin({
      name: 'reporter',
      apply: ({ provide }) =>
        provide('reporter', { report: ({ message }) => void reports.push(message) }),
    })
    const { module, dispose } = slope(() => tf.train.sgd(1))
    const schedule = oneCycle({ maxLr: 1, steps: 10 })
    const plugins = [reporter, lrScheduler({ schedule })]
    await new Trainer({ maxEpochs: 1, plugins }).fit(module, { train: ones(1) })
    expect(reports).toContain('oneCycle counts epochs here; it is made for interval: "step".')
    dispose()
  })

  it.each([Number.NaN, -0.1, Number.POSITIVE_INFINITY, '0.1'])(
    'a schedule that gives %s, when it does',
    async (wrong) => {
      const schedule = function mine(count: number, base: number) {
        return count === 2 ? (wrong as number) : base
      }
      const fit = ratesOf({ schedule, interval: 'step' })
      await expect(fit).rejects.toMatchObject({
        code: 'REG_OPTION_INVALID',
        plugin: 'lr-scheduler',
        hook: 'batchEnd',
        message: expect.stringContaining(
          `lrScheduler: "schedule" is "mine", which gives ${wrong} for optimizer "main", count 2 and the base rate 1`,
        ),
      })
    },
  )

  it('an optimizer without a rate', async () => {
    const strange = { applyGradients: () => undefined } as unknown as tf.Optimizer
    await expect(ratesOf({ schedule: halves }, { optimizer: () => strange })).rejects.toMatchObject(
      {
        code: 'REG_OPTIMIZER_INVALID',
        message: expect.stringContaining('has no number "learningRate"'),
      },
    )
  })
})

describe('a run that fails', () => {
  it.each(['setup', 'fitStart', 'stepStart', 'epochEnd'] as const)(
    'in %s gives the optimizer back as it was, and leaves no tensor',
    async (hook) => {
      const optimizer = tf.train.sgd(1)
      for (const make of [() => optimizer, () => tf.train.sgd(1)]) {
        const { module, dispose } = slope(make)
        const before = tf.memory().numTensors
        const failing = definePlugin({
          name: 'failing',
          apply: ({ hooks }) => {
            const fail = () => {
              throw new Error('no')
            }
            const { tap } = hooks[hook] as { tap(name: string, fn: () => void): void }
            tap('failing', fail)
          },
        })
        const plugins = [lrScheduler({ schedule: halves, interval: 'step', baseLr: 7 }), failing]
        const fit = new Trainer({ maxEpochs: 1, plugins }).fit(module, { train: ones(2) })
        await expect(fit).rejects.toMatchObject({ plugin: 'failing' })
        expect(tf.memory().numTensors).toBe(before)
        dispose()
      }
      expect(rateOf(optimizer)).toBe(1)
      optimizer.dispose()
    },
  )
})

function rateOf(optimizer: tf.Optimizer): number {
  return optimizer.getConfig().learningRate as number
}
