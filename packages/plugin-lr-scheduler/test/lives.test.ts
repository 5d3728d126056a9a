import {
  definePlugin,
  type PluginEntry,
  type Report,
  type Snapshot,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  cosine,
  lrScheduler,
  type PlateauOptions,
  reduceOnPlateau,
  sequence,
  warmup,
} from '../src/index.js'
import { ones, slope, twoSlopes } from './helpers/slope.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Values of `val_loss`, one per validation; the last one goes on. */
type Losses = readonly number[]

interface Life extends Omit<TrainerOptions, 'plugins'> {
  readonly plugins: readonly PluginEntry[]
  readonly losses?: Losses
  readonly batches?: number
  readonly several?: boolean
  readonly snapshot?: Snapshot | undefined
  /** Optimizer steps of the whole run after which the signal comes. */
  readonly until?: number
}

/** One life of a run. @returns the rate of SGD (base 1) in each step, the end and what was saved */
async function live(life: Life) {
  const { plugins, losses, batches = 2, several = false, snapshot, until, ...options } = life
  const one = slope(() => tf.train.sgd(1))
  const two = twoSlopes()
  const { module, dispose } = several ? two : one
  const weights = () => (several ? two.weights() : [one.weight()])
  const before = tf.memory().numTensors
  const controller = new AbortController()
  const rates: number[] = []
  const reports: Report[] = []
  const collect = definePlugin({
    name: 'collect',
    apply: ({ provide }) =>
      provide('reporter', {
        report: (report) => void (report.plugin && reports.push(report)),
      }),
  })
  const trainer = new Trainer({ sanityBatches: 0, ...options, plugins: [collect, plugins] })
  let at: number[] = []
  let saved: Snapshot | undefined
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  trainer.hooks.stepStart.tap('test', () => {
    at = weights()
  })
  trainer.hooks.stepEnd.tap('test', () => void rates.push(sum(at) - sum(weights())))
  trainer.hooks.batchEnd.tap('test', ({ step }) => {
    if (until !== undefined && step >= until) controller.abort()
  })
  trainer.hooks.save.tapPromise('test', async ({ snapshot: take }) => {
    saved = await take()
  })
  const { validations } = trainer.state
  const validationStep = () => ({
    loss: nth(losses ?? [], trainer.state.validations - validations),
  })
  try {
    await trainer.fit(
      { ...module, validationStep } as typeof module,
      { train: ones(batches), ...(losses && { validation: ones(1) }) },
      { signal: controller.signal, ...(snapshot && { resumeFrom: snapshot }) },
    )
    const { step, epoch } = trainer.state
    return { rates, saved, weights: weights(), step, epoch, reports }
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    one.dispose()
    two.dispose()
    dispose()
  }
}

function nth(values: Losses, index: number): number {
  return values[Math.min(index, values.length - 1)] ?? Number.NaN
}

/** A snapshot after a round through text and bytes, as through a file. */
function revived(snapshot: Snapshot | undefined): Snapshot {
  if (!snapshot) throw new Error('nothing was saved')
  return { meta: JSON.parse(JSON.stringify(snapshot.meta)), tensors: snapshot.tensors }
}

function plateau(options: Partial<PlateauOptions> = {}) {
  const common = { monitor: 'val_loss', mode: 'min', factor: 0.5, patience: 0 } as const
  return lrScheduler({ schedule: reduceOnPlateau({ ...common, ...options }) })
}

describe('a plateau', () => {
  const losses = [4, 5, 3, 3, 3, 1]

  it('reduces the rate from the next epoch on', async () => {
    const { rates } = await live({ plugins: [plateau()], losses, maxEpochs: 7 })
    // judged after each epoch: 4 best, 5 no, 3 best, 3 no, 3 no, 1 best
    const byEpoch = [1, 1, 0.5, 0.5, 0.25, 0.125, 0.125]
    expect(rates).toEqual(byEpoch.flatMap((rate) => [rate, rate]))
  })

  it('waits for its patience, and not below minLr', async () => {
    const plugins = [plateau({ patience: 1, minLr: 0.375 })]
    const { rates } = await live({ plugins, losses: [1], maxEpochs: 8, batches: 1 })
    // 1 best; then two judgements for each reduction: 0.5, then 0.375
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.375, 0.375, 0.375])
  })

  it('judges once an epoch by the newest of several validations', async () => {
    const options = { validateEvery: { epochs: 0.5 }, maxEpochs: 3 }
    const { rates } = await live({ plugins: [plateau()], losses: [4, 9, 8, 10, 1], ...options })
    expect(rates).toEqual([1, 1, 1, 1, 0.5, 0.5])
  })

  it('judges after each validation, if told so', async () => {
    const options = { validateEvery: { epochs: 0.5 }, maxEpochs: 2 }
    const plugins = [plateau({ checkOn: 'validation' })]
    const { rates } = await live({ plugins, losses: [4, 9, 8, 3], ...options })
    expect(rates).toEqual([1, 1, 0.5, 0.25])
  })

  it('passes over epochs without validation', async () => {
    const options = { validateEvery: { epochs: 2 }, maxEpochs: 6, batches: 1 }
    const { rates } = await live({ plugins: [plateau()], losses: [1], ...options })
    expect(rates).toEqual([1, 1, 1, 1, 0.5, 0.5])
  })

  it('can watch a training metric', async () => {
    // the loss is the weight, which falls: mode max sees no improvement
    const plugins = [plateau({ monitor: 'loss', mode: 'max' })]
    const { rates } = await live({ plugins, maxEpochs: 4, batches: 1 })
    expect(rates).toEqual([1, 1, 0.5, 0.25])
  })

  it('of several optimizers reduces each from its own rate', async () => {
    const common = { losses: [1], maxEpochs: 3, several: true }
    const { rates } = await live({ plugins: [plateau()], ...common })
    expect(rates).toEqual([1, 1, 10, 1, 1, 10, 0.5, 0.5, 5])
  })

  it('cannot be set by step', () => {
    const schedule = reduceOnPlateau({ monitor: 'loss', mode: 'min' })
    expect(() => lrScheduler({ schedule, interval: 'step' })).toThrow(
      /lrScheduler: "interval" is "step"; expected none for a plateau: reduceOnPlateau has checkOn/,
    )
  })

  it('C193: stands where any other schedule does, by the name of an optimizer too', async () => {
    const options = { monitor: 'val_loss', mode: 'min', patience: 0, factor: 0.5 } as const
    const schedule = { two: reduceOnPlateau(options) }
    const common = { losses: [1], maxEpochs: 3, several: true }
    const { rates } = await live({ plugins: [lrScheduler({ schedule })], ...common })
    expect(rates).toEqual([1, 1, 10, 1, 1, 10, 1, 1, 5])
  })
})

describe('C194: a monitored metric that is not reported', () => {
  const plugins = () => [plateau({ monitor: 'giraffe' })]

  it('is an error at the end of the epoch', async () => {
    await expect(live({ plugins: plugins(), maxEpochs: 1 })).rejects.toMatchObject({
      code: 'REG_METRIC_MISSING',
      plugin: 'lr-scheduler',
      hook: 'monitor',
      message: expect.stringMatching(
        /^REG_METRIC_MISSING: lr-scheduler monitors "giraffe", which .*Reported: "loss"/,
      ),
    })
  })

  it('is told with the nearest name', async () => {
    const misspelt = [plateau({ monitor: 'val_los' })]
    await expect(live({ plugins: misspelt, losses: [1], maxEpochs: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean "val_loss"?'),
    })
  })

  it('is none where the epoch was cut short', async () => {
    const { step, reports } = await live({ plugins: plugins(), maxSteps: 1, maxEpochs: 1 })
    expect(step).toBe(1)
    expect(reports).toEqual([])
  })

  it('is only a warning with strict: false, and the rate stays', async () => {
    const lenient = [plateau({ monitor: 'giraffe', strict: false })]
    const { rates, reports } = await live({ plugins: lenient, maxEpochs: 3, batches: 1 })
    expect(rates).toEqual([1, 1, 1])
    expect(reports).toEqual([
      {
        level: 'warn',
        plugin: 'lr-scheduler',
        message: expect.stringMatching(
          /waits for "giraffe", which was not reported. Reported: "loss"/,
        ),
      },
    ])
  })
})

describe('a run that is interrupted and gone on with', () => {
  const schedules = {
    'by step': () =>
      lrScheduler({
        schedule: sequence({
          schedules: [warmup({ steps: 3 }), cosine({ steps: 20, minLr: 0.1 })],
          milestones: [3],
        }),
        interval: 'step',
      }),
    'by epoch': () => lrScheduler({ schedule: cosine({ steps: 7 }) }),
    'on a plateau': () => plateau(),
    'on a plateau of validations': () => plateau({ checkOn: 'validation' }),
  }
  const cases = Object.keys(schedules).flatMap((name) =>
    [1, 2, 3, 4, 5, 6, 7].map((until) => [name as keyof typeof schedules, until] as const),
  )
  const losses = [3, 4, 2, 2, 1, 5, 5, 5]

  it.each(cases)(
    '%s takes every step with the same rate, interrupted after step %i',
    async (name, until) => {
      const options = { losses, maxEpochs: 3, batches: 3, validateEvery: { epochs: 0.4 } }
      const whole = await live({ plugins: [schedules[name]()], ...options })
      const first = await live({ plugins: [schedules[name]()], ...options, until })
      expect(first.rates).toHaveLength(until)
      const snapshot = revived(first.saved)
      const second = await live({ plugins: [schedules[name]()], ...options, snapshot })
      expect(new Set(whole.rates).size).toBeGreaterThan(1)
      expect([...first.rates, ...second.rates]).toEqual(whole.rates)
      expect(second.weights).toEqual(whole.weights)
    },
  )

  it('counts the steps of each of several optimizers on', async () => {
    const plugins = () => [lrScheduler({ schedule: cosine({ steps: 9 }), interval: 'step' })]
    const options = { several: true, maxEpochs: 2, batches: 4 }
    const whole = await live({ plugins: plugins(), ...options })
    const first = await live({ plugins: plugins(), ...options, until: 6 })
    const second = await live({ plugins: plugins(), ...options, snapshot: revived(first.saved) })
    expect([...first.rates, ...second.rates]).toEqual(whole.rates)
  })

  it('is not judged twice for an epoch that maxSteps cut', async () => {
    const options = { losses: [1], maxEpochs: 4, batches: 2 }
    const whole = await live({ plugins: [plateau()], ...options })
    const first = await live({ plugins: [plateau()], ...options, maxSteps: 3 })
    expect(first).toMatchObject({ step: 3, epoch: 2 })
    const second = await live({ plugins: [plateau()], ...options, snapshot: revived(first.saved) })
    expect([...first.rates, ...second.rates]).toEqual(whole.rates)
  })

  it('goes on with the factor of the new options', async () => {
    const options = { losses: [1], maxEpochs: 3, batches: 1 }
    const first = await live({ plugins: [plateau()], ...options })
    expect(first.rates).toEqual([1, 1, 0.5])
    const snapshot = revived(first.saved)
    const plugins = [plateau({ factor: 0.1 })]
    const second = await live({ plugins, losses: [1], maxEpochs: 4, batches: 1, snapshot })
    expect(second.rates).toEqual([expect.closeTo(0.01, 6)])
  })
})
