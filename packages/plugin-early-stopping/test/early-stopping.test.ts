import '@tensorflow/tfjs-backend-cpu'
import { definePlugin, type Json, Trainer, type TrainerOptions } from '@regimen/core'
import {
  expectNoTensorLeak,
  type PluginRun,
  type RunPluginOptions,
  runPlugin,
} from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type EarlyStoppingOptions, earlyStopping } from '../src/index.js'

type Given = Partial<EarlyStoppingOptions>
const LOSS = { monitor: 'val_loss', mode: 'min' } as const

/** A run with these validation losses, one per epoch. */
async function runWith(
  losses: readonly number[],
  options: Given = {},
  trainer: TrainerOptions = {},
  extra: Partial<RunPluginOptions> = {},
): Promise<PluginRun> {
  const metrics = losses.map((val_loss) => ({ val_loss }))
  const run = () =>
    runPlugin(earlyStopping({ ...LOSS, ...options }), { metrics, options: trainer, ...extra })
  return expectNoTensorLeak(run)
}

/** The 0-based epoch in which a run ended. */
const lastEpoch = ({ epochs }: PluginRun) => epochs - 1
const stateOf = (run: PluginRun, id = 'early-stopping') => run.snapshot.meta.plugins[id]
const weightOf = (run: PluginRun) => run.snapshot.tensors['module/w']?.data[0]
const { NaN: nan } = Number

describe('a run', () => {
  it.each([
    ['C001: 6, 5, 5, 5, 5, 5 with patience 3', [6, 5, 5, 5, 5, 5], { patience: 3 }, 4],
    ['C002: 6, 5, 4, 4, 3, 3 with patience 1', [6, 5, 4, 4, 3, 3], { patience: 1 }, 3],
    ['C003: 6, 5, 6, 5, 5, 5 with patience 3', [6, 5, 6, 5, 5, 5], { patience: 3 }, 4],
    ['C005: 8, 4, 2, 3, 4, 5, 8, 10 with the default patience', [8, 4, 2, 3, 4, 5, 8, 10], {}, 5],
    [
      'C006: past a stopping threshold',
      [9, 8, 7, 6, 5, 6, 4, 3, 2, 1],
      { stoppingThreshold: 2.9 },
      8,
    ],
    ['C007: past a divergence threshold', [9, 4, 2, 16, 32, 64], { divergenceThreshold: 15.9 }, 3],
  ])('%s ends in its epoch', async (_, losses, options, epoch) => {
    const run = await runWith(losses, options, { maxEpochs: 20 })
    expect(lastEpoch(run)).toBe(epoch)
    expect(run).toMatchObject({
      outcome: 'stopped',
      stop: { kind: 'plugin', plugin: 'early-stopping' },
    })
  })

  it.each([
    ['C009', 3, 0, 10, 10],
    ['C010', 5, 0, 10, 10],
    ['C010', 3, 1, 10, 10],
    ['C010', 5, 1, 10, 10],
    ['C010', 3, 3, 10, 10],
    ['C011', 3, 2, 0, 6],
    ['C011', 5, 2, 0, 10],
    ['C011', 5, 3, 10, 15],
  ])(
    '%s: of %i batches, minEpochs %i and minSteps %i takes %i steps',
    async (_, batches, minEpochs, minSteps, steps) => {
      const metrics = [{ val_loss: nan }]
      const options = { minEpochs, minSteps, maxEpochs: 20 }
      const run = await runPlugin(earlyStopping(LOSS), { metrics, batches, options })
      expect(run.snapshot.meta.position.step).toBe(steps)
      expect(run.stop).toMatchObject({ kind: 'plugin' })
    },
  )

  it('C014: with a validation every 2 epochs is checked every 2 epochs', async () => {
    const run = await runWith([9, 5, 9, 6, 9], { patience: 1 }, { validateEvery: { epochs: 2 } })
    expect(run.epochs).toBe(4)
    expect(stateOf(run)).toMatchObject({ best: 5, wait: 1, stoppedEpoch: 4 })
  })

  it('C015: is checked once per validation', async () => {
    const run = await runWith([4, 4, 4, 4], { patience: 99 })
    expect(stateOf(run)).toMatchObject({ wait: 3 })
  })

  it('C019: that does not improve says so, with the numbers', async () => {
    const run = await runWith([10], { patience: 2 }, { maxEpochs: 10 })
    const message = '"val_loss" did not improve in the last 2 checks: now 10, best 10 in epoch 1'
    expect(run.stop).toEqual({ kind: 'plugin', plugin: 'early-stopping', message })
    expect(run.events).toContainEqual({ name: 'stopRequested', ...run.stop })
    expect(stateOf(run)).toMatchObject({ reason: 'patience', stoppedEpoch: 3 })
  })

  it('C021: that improves to its end has no reason and no stopped epoch', async () => {
    const run = await runWith([5, 4, 3], { patience: 3 })
    expect(run.stop).toEqual({ kind: 'maxEpochs' })
    expect(stateOf(run)).toMatchObject({ reason: null, stoppedEpoch: null })
  })

  it('C025: without a validation is checked after each epoch', async () => {
    const metrics = [1, 0.95, 0.94, 0.93, 0.92].map((loss) => ({ loss }))
    const plugin = earlyStopping({ monitor: 'loss', mode: 'min', minDelta: 0.1, patience: 0 })
    const run = await runPlugin(plugin, { metrics, options: { maxEpochs: 10 } })
    expect(run.epochs).toBe(2)
  })

  it('whose metric of training is watched with checkOn epoch is checked in every epoch', async () => {
    const metrics = [{ loss: 1, val_loss: 1 }, { loss: 2 }, { loss: 3 }]
    const options = { validateEvery: { epochs: 3 } }
    const watched = { monitor: 'loss', mode: 'min', patience: 1 } as const
    const everyEpoch = await runPlugin(earlyStopping({ ...watched, checkOn: 'epoch' }), {
      metrics,
      options,
    })
    const everyValidation = await runPlugin(earlyStopping(watched), { metrics, options })
    expect([everyEpoch.epochs, everyValidation.epochs]).toEqual([2, 3])
    expect(stateOf(everyValidation)).toMatchObject({ best: 3, wait: 0 })
  })

  it('is not checked in the sanity check', async () => {
    const metrics = [{ val_loss: [1, 1] }, { val_loss: 2 }]
    const run = await runPlugin(earlyStopping(LOSS), { metrics, options: { sanityBatches: 2 } })
    expect(stateOf(run)).toMatchObject({ best: 1, bestEpoch: 1, wait: 1 })
  })

  it('with two of them ends for the one that is first to say so', async () => {
    const first = earlyStopping({ ...LOSS, id: 'slow' })
    const second = earlyStopping({ monitor: 'val_acc', mode: 'max', patience: 1, id: 'quick' })
    const metrics = [{ val_loss: 1, val_acc: 1 }, { val_loss: 2, val_acc: 0.5 }, {}]
    const run = await runPlugin([first, second], { metrics })
    expect(run).toMatchObject({ epochs: 2, stop: { plugin: 'quick' } })
    expect([stateOf(run, 'slow'), stateOf(run, 'quick')]).toMatchObject([{ wait: 1 }, { wait: 1 }])
  })

  it('that is not finite ends, and goes on where that is allowed', async () => {
    const ended = await runWith([3, nan, 2, 1])
    expect(ended.stop).toMatchObject({
      message: '"val_loss" is not finite: NaN, best 3 in epoch 1',
    })
    const allowed = await runWith([3, nan, 2, 1], { checkFinite: false })
    expect(allowed.stop).toEqual({ kind: 'maxEpochs' })
  })

  it('C018: takes a metric of one element in any shape', async () => {
    const w = tf.variable(tf.scalar(1))
    const module = {
      trainingStep: (x: tf.Tensor) => tf.sum(tf.mul(w, x)) as tf.Scalar,
      validationStep: () => ({ loss: tf.tensor3d([[[7]]]) }),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
    const data = [tf.tensor1d([1])]
    const trainer = new Trainer({
      maxEpochs: 9,
      plugins: [earlyStopping({ ...LOSS, patience: 1 })],
    })
    const { stop } = await trainer.fit(module, { train: data, validation: data })
    expect(stop).toMatchObject({ message: expect.stringContaining('now 7, best 7') })
    tf.dispose([w, ...data])
  })
})

describe('several validations in an epoch', () => {
  it('C013: are several checks', async () => {
    const metrics = [{ val_loss: [2, 3, 3] }]
    const options = { validateEvery: { epochs: 0.3 } }
    const run = await runPlugin(earlyStopping({ ...LOSS, patience: 1 }), {
      metrics,
      batches: 10,
      options,
    })
    expect(run.snapshot.meta.position.step).toBe(6)
    expect(stateOf(run)).toMatchObject({ best: 2, wait: 1 })
    expect(run.stop).toMatchObject({ message: expect.stringContaining('in the last check: now 3') })
  })

  it('are checked once per epoch with checkOn epoch, and remembered with the epoch under way', async () => {
    const metrics = [{ val_loss: [2, 1, 3, 4] }, { val_loss: [0.5, 5, 6, 7] }]
    const options = { validateEvery: { epochs: 0.25 } }
    const given = { metrics, batches: 4, options }
    const epochs = await runPlugin(earlyStopping({ ...LOSS, checkOn: 'epoch' }), given)
    expect(stateOf(epochs)).toMatchObject({ best: 4, bestEpoch: 1, bestStep: 4, wait: 1 })
    const validations = await runPlugin(earlyStopping({ ...LOSS, patience: 9 }), given)
    expect(stateOf(validations)).toMatchObject({ best: 0.5, bestEpoch: 2, bestStep: 5, wait: 3 })
  })

  it('C026: a wish to stop is followed by one validation, not by more', async () => {
    const wish = definePlugin({
      name: 'wish',
      apply({ id, hooks, requestStop }) {
        hooks.batchEnd.tap(id, () => requestStop('enough'))
      },
    })
    const validations = async (options: TrainerOptions) => {
      const given = {
        metrics: [{ val_loss: 1 }],
        batches: 2,
        options: { ...options, maxEpochs: 3 },
      }
      const { hooks } = await runPlugin([wish, earlyStopping(LOSS)], given)
      return hooks.filter((call) => call === 'validationEnd').length
    }
    expect(await validations({ minEpochs: 3 })).toBe(3)
    expect(await validations({ minSteps: 3 })).toBe(2)
  })
})

describe('a metric that was not reported', () => {
  const metrics = [{ val_loss: 1, val_accuracy: 1 }]

  it('is an error that says what was reported, and what may be meant', async () => {
    const run = runPlugin(earlyStopping({ monitor: 'val_los', mode: 'min' }), { metrics })
    await expect(run).rejects.toMatchObject({
      code: 'REG_METRIC_MISSING',
      plugin: 'early-stopping',
      hook: 'monitor',
      message:
        'REG_METRIC_MISSING: early-stopping monitors "val_los", which validation 1 did not report. Reported: "loss", "val_loss", "val_accuracy". Did you mean "val_loss"?',
    })
  })

  it('in the third validation is an error that says so, under its id', async () => {
    const later = [{ val_loss: 3 }, { val_loss: 2 }, { val_accuracy: 1 }]
    const run = runPlugin(earlyStopping({ ...LOSS, id: 'patience' }), { metrics: later })
    await expect(run).rejects.toThrow(
      'patience monitors "val_loss", which validation 3 did not report. Reported: "loss", "val_accuracy".',
    )
  })

  it('in an epoch without a validation is that of the epoch', async () => {
    const plugin = earlyStopping({ ...LOSS, checkOn: 'epoch' })
    const run = runPlugin(plugin, {
      metrics,
      options: { maxEpochs: 2, validateEvery: { epochs: 2 } },
    })
    await expect(run).rejects.toThrow('which epoch 1 did not report. Reported: "loss".')
  })

  it('is one warning per run where strict is false, and is judged where it is there', async () => {
    const some = [{ val_loss: 3 }, { val_acc: 1 }, { val_acc: 1 }, { val_loss: 5 }]
    const run = await runPlugin(earlyStopping({ ...LOSS, strict: false, patience: 2 }), {
      metrics: some,
    })
    expect(run.reports).toEqual([
      {
        level: 'warn',
        plugin: 'early-stopping',
        message: expect.stringContaining(
          'It judges nothing where early-stopping monitors "val_loss"',
        ),
      },
    ])
    expect(stateOf(run)).toMatchObject({ best: 3, wait: 1 })
  })
})

describe('a second fit', () => {
  it('warns anew of a metric that is missing', async () => {
    const w = tf.variable(tf.scalar(1))
    const data = [tf.tensor1d([1])]
    const module = {
      trainingStep: (x: tf.Tensor) => tf.sum(tf.mul(w, x)) as tf.Scalar,
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
    const warnings: string[] = []
    const trainer = new Trainer({
      maxEpochs: 2,
      plugins: [
        definePlugin({
          name: 'listener',
          apply: ({ provide }) =>
            provide('reporter', { report: ({ message }) => void warnings.push(message) }),
        }),
        earlyStopping({ ...LOSS, strict: false }),
      ],
    })
    for (let fit = 0; fit < 2; fit++) await trainer.fit(module, { train: data })
    expect(warnings).toHaveLength(2)
    tf.dispose([w, ...data])
  })
})

describe('restoreBest', () => {
  it('gives back the weights of the best check', async () => {
    const losses = [5, 2, 3, 4, 5]
    const restored = await runWith(losses, { restoreBest: true })
    const left = await runWith(losses)
    expect([weightOf(restored), weightOf(left)]).toEqual([-2, -5])
    expect(restored.reports).toMatchObject([
      { level: 'info', message: 'The weights of epoch 2 ("val_loss" 2) are restored.' },
    ])
  })

  it('does so where the run reached its last epoch, and where it was aborted', async () => {
    const completed = await runWith([5, 2, 3], { restoreBest: true })
    expect([completed.outcome, weightOf(completed)]).toEqual(['completed', -2])
    const controller = new AbortController()
    const aborted = await runWith(
      [5, 2, 3, 4],
      { restoreBest: true },
      {},
      {
        signal: controller.signal,
        watch: ({ hooks }) =>
          hooks.batchStart.tap('abort', ({ epoch }) => {
            if (epoch === 3) controller.abort()
          }),
      },
    )
    expect([aborted.outcome, weightOf(aborted)]).toEqual(['interrupted', -2])
  })

  it('leaves the weights as they are where the run failed', async () => {
    const weights: number[] = []
    const run = runWith(
      [5, 6, 7],
      { restoreBest: true },
      {},
      {
        watch({ hooks }) {
          let w: tf.Variable | undefined
          hooks.setup.tap('look', ({ run: { variables } }) => {
            w = variables.w
          })
          hooks.teardown.tap('look', () => void weights.push(w?.dataSync()[0] ?? nan))
          hooks.epochStart.tap('fail', ({ epoch }) => {
            if (epoch === 2) throw new Error('enough')
          })
        },
      },
    )
    await expect(run).rejects.toThrow('enough')
    expect(weights).toEqual([-2])
  })

  it('restores the value that passed the stopping threshold, whose weights there are', async () => {
    const run = await runWith([5, 3, 2], { restoreBest: true, stoppingThreshold: 2.5 })
    expect(weightOf(run)).toBe(-3)
    expect(run.reports).toEqual([])
  })

  it('has the weights in its state, so that a run that goes on can restore them', async () => {
    const first = await runWith([5, 2, 3, 4], { restoreBest: true, patience: 9 })
    expect(first.snapshot.tensors['plugin/early-stopping/w']?.data).toEqual(new Float32Array([-2]))
    const resumeFrom = first.snapshot
    const trainer = { maxEpochs: 6 }
    const resumed = await runWith([9], { restoreBest: true, patience: 9 }, trainer, { resumeFrom })
    expect([resumed.epochs, weightOf(resumed)]).toEqual([6, -2])
  })

  it('says that it cannot where the best value is from before it was asked for', async () => {
    const { snapshot: resumeFrom } = await runWith([5, 2, 3], { patience: 9 })
    const trainer = { maxEpochs: 4 }
    const resumed = await runWith([9], { restoreBest: true, patience: 9 }, trainer, { resumeFrom })
    expect(weightOf(resumed)).toBe(-4)
    expect(resumed.reports).toMatchObject([
      { level: 'warn', message: expect.stringContaining('is from before this run') },
    ])
  })

  it('takes a better value of the run that goes on', async () => {
    const { snapshot: resumeFrom } = await runWith([5, 2, 3], { patience: 9 })
    const trainer = { maxEpochs: 6 }
    const losses = [9, 9, 9, 1, 4, 4]
    const resumed = await runWith(losses, { restoreBest: true, patience: 9 }, trainer, {
      resumeFrom,
    })
    expect(weightOf(resumed)).toBe(-4)
  })
})

describe('a run that goes on', () => {
  it('C023: has the state of the epoch it was saved after; too small a maxEpochs is an error', async () => {
    const states: Json[] = []
    const first = await runWith(
      [6, 5, 5, 5, 5, 5],
      {},
      {},
      {
        watch: ({ hooks }) =>
          hooks.save.tapPromise('read', async ({ snapshot }) => {
            states.push((await snapshot()).meta.plugins['early-stopping'] ?? null)
          }),
      },
    )
    expect(states).toMatchObject(
      [6, 5, 5, 5, 5].map((best, epoch) => ({ best, wait: Math.max(0, epoch - 1) })),
    )
    const again = runWith([5], {}, { maxEpochs: 1 }, { resumeFrom: first.snapshot })
    await expect(again).rejects.toThrow('REG_CHECKPOINT_MISMATCH')
  })

  it('C027: has its state through JSON text', async () => {
    const first = await runWith([6, 5, 5], { patience: 9 })
    const meta = JSON.parse(JSON.stringify(first.snapshot.meta)) as typeof first.snapshot.meta
    const resumeFrom = { ...first.snapshot, meta }
    const resumed = await runWith([5], { patience: 9 }, { maxEpochs: 3 }, { resumeFrom })
    expect(stateOf(resumed)).toEqual(stateOf(first))
  })

  it('has an infinite best through JSON text before anything was judged', async () => {
    const metrics = [{ val_acc: 1 }]
    const plugin = () => earlyStopping({ ...LOSS, strict: false })
    const first = await runPlugin(plugin(), { metrics })
    const meta = JSON.parse(JSON.stringify(first.snapshot.meta)) as typeof first.snapshot.meta
    const resumed = await runWith(
      [7],
      {},
      { maxEpochs: 2 },
      { resumeFrom: { ...first.snapshot, meta } },
    )
    expect(stateOf(resumed)).toMatchObject({ best: 7, wait: 0 })
  })

  it('C022: takes the state of an older version that knew no reason', async () => {
    const { snapshot } = await runWith([6])
    const plugins = { 'early-stopping': { wait: 2, best: 0.5, stoppedEpoch: 5 } }
    const resumeFrom = { ...snapshot, meta: { ...snapshot.meta, plugins } }
    const resumed = await runWith([6], {}, { maxEpochs: 1 }, { resumeFrom })
    expect(stateOf(resumed)).toMatchObject({ wait: 2, best: 0.5, stoppedEpoch: 5, reason: null })
  })

  it('goes by the patience of now', async () => {
    const first = await runWith([5, 6, 6], { patience: 9 })
    const trainer = { maxEpochs: 9 }
    const epochsWith = async (options: Given) =>
      (await runWith([6], options, trainer, { resumeFrom: first.snapshot })).epochs
    expect(await epochsWith({ patience: 3 })).toBe(4)
    expect(await epochsWith({ patience: 5 })).toBe(6)
    expect(await epochsWith({ patience: 9, divergenceThreshold: 5.5 })).toBe(4)
  })

  it('is over where it had been stopped, however often it is resumed, and says how to go on', async () => {
    const losses = [5, 6, 6, 4, 7, 7, 7]
    const first = await runWith(losses, { patience: 2 })
    let { snapshot } = first
    for (let time = 0; time < 3; time++) {
      const again = await runWith(losses, { patience: 2 }, {}, { resumeFrom: snapshot })
      expect([again.epochs, again.stop, stateOf(again)]).toEqual([3, first.stop, stateOf(first)])
      expect(again.reports.map(({ message }) => message).join()).toMatch(
        /after 3 epochs and \d+ steps, when early-stopping had stopped the run \("val_loss" did not improve.*nothing is trained.*patience/,
      )
      snapshot = again.snapshot
    }
  })

  it('goes on with a larger patience as if it had never been stopped', async () => {
    const losses = [5, 6, 6, 4, 7, 7, 7, 7]
    const whole = await runWith(losses, { patience: 3 })
    const first = await runWith(losses, { patience: 2 })
    const resumed = await runWith(losses, { patience: 3 }, {}, { resumeFrom: first.snapshot })
    expect(first.epochs).toBe(3)
    expect([resumed.epochs, resumed.stop, stateOf(resumed)]).toEqual([
      whole.epochs,
      whole.stop,
      stateOf(whole),
    ])
  })

  it('goes on without the plugin that had stopped it, and says so', async () => {
    const first = await runWith([5, 6, 6], { patience: 2 })
    const other = earlyStopping({ id: 'other', monitor: 'val_loss', mode: 'min', patience: 9 })
    const options = { maxEpochs: 5 }
    const resumed = await runPlugin(other, {
      metrics: [{ val_loss: 6 }],
      resumeFrom: first.snapshot,
      options,
    })
    expect(resumed.epochs).toBe(5)
    expect(resumed.reports.map(({ message }) => message).join()).toMatch(
      /"early-stopping" had asked for it.*no longer used, so the run continues/,
    )
  })

  it('with minEpochs not met goes on, and a larger patience takes the request back', async () => {
    const losses = [5, 6, 6, 6, 6, 6, 6]
    const trainer = { minEpochs: 6, maxEpochs: 9 }
    let saved: PluginRun['snapshot'] | undefined
    const keep: Parameters<typeof runWith>[3] = {
      watch: ({ hooks }) =>
        hooks.save.tapPromise('keep', async ({ counters, snapshot }) => {
          if (counters.epoch === 4) saved = await snapshot()
        }),
    }
    await runWith(losses, { patience: 2 }, trainer, keep)
    const resumeFrom = saved as PluginRun['snapshot']
    const same = await runWith(losses, { patience: 2 }, trainer, { resumeFrom })
    const larger = await runWith(losses, { patience: 7 }, trainer, { resumeFrom })
    expect([same.epochs, larger.epochs]).toEqual([6, 8])
  })

  it('still waits for minEpochs where the decision was made and not carried out', async () => {
    let saved: PluginRun['snapshot'] | undefined
    const trainer = { minEpochs: 4, maxEpochs: 9 }
    const losses = [5, 6, 7, 8, 9, 9]
    const first = await runWith(losses, { patience: 1 }, trainer, {
      watch: ({ hooks }) =>
        hooks.save.tapPromise('keep', async ({ counters, snapshot }) => {
          if (counters.epoch === 2) saved = await snapshot()
        }),
    })
    const resumed = await runWith(losses, { patience: 1 }, trainer, {
      resumeFrom: saved as PluginRun['snapshot'],
    })
    expect([first.epochs, resumed.epochs]).toEqual([4, 4])
    expect([resumed.stop, stateOf(resumed)]).toEqual([first.stop, stateOf(first)])
  })

  it('begins anew where something else is watched', async () => {
    const { snapshot: resumeFrom } = await runWith([5, 6, 6], { patience: 9 })
    const metrics = [{ val_acc: 0.1 }]
    const plugin = earlyStopping({ monitor: 'val_acc', mode: 'max' })
    const resumed = await runPlugin(plugin, { metrics, resumeFrom, options: { maxEpochs: 4 } })
    expect(stateOf(resumed)).toMatchObject({ monitor: 'val_acc', best: 0.1, wait: 0 })
    expect(resumed.reports).toMatchObject([
      { message: expect.stringContaining('What was known of the min of "val_loss" is dropped') },
    ])
  })
})

describe('options', () => {
  it.each([
    [
      'C017: an unknown mode',
      { mode: 'unknown_option' },
      'earlyStopping: "mode" is "unknown_option"; expected "min" or "max".',
    ],
    ['no mode', { mode: undefined }, 'earlyStopping: "mode" is missing; expected "min" or "max".'],
    [
      'no monitor',
      { monitor: '' },
      'earlyStopping: "monitor" is ""; expected the name of a metric such as "val_loss".',
    ],
    [
      'a negative patience',
      { patience: -1 },
      'earlyStopping: "patience" is -1; expected a non-negative integer or Infinity.',
    ],
    ['half a patience', { patience: 1.5 }, 'is 1.5; expected a non-negative integer or Infinity.'],
    [
      'a negative minDelta',
      { minDelta: -0.1 },
      'earlyStopping: "minDelta" is -0.1; expected a non-negative number.',
    ],
    [
      'a text as threshold',
      { stoppingThreshold: '3' },
      'is "3"; expected a number, which may be infinite.',
    ],
    [
      'NaN as threshold',
      { divergenceThreshold: nan },
      'is NaN; expected a number, which may be infinite.',
    ],
    ['an unknown checkOn', { checkOn: 'step' }, 'is "step"; expected "validation" or "epoch".'],
    [
      'a number for a boolean',
      { strict: 1 },
      'earlyStopping: "strict" is 1; expected true or false.',
    ],
    [
      'a name of Lightning',
      { min_delta: 0.1 },
      /^REG_OPTION_UNKNOWN: earlyStopping: "min_delta" is not known; .* Did you mean "minDelta"\?$/,
    ],
    ['another', { check_on_train_epoch_end: true }, 'Did you mean "checkOn"?'],
    ['a name of Keras', { restoreBestWeights: true }, 'Did you mean "restoreBest"?'],
    ['a slip', { patiance: 3 }, 'Did you mean "patience"?'],
    ['an unknown name', { verbose: true }, 'expected one of "monitor", "mode", "patience",'],
  ])('%s is an error at construction', (_, wrong, text) => {
    const construct = () => earlyStopping({ ...LOSS, ...wrong } as EarlyStoppingOptions)
    expect(construct).toThrow(/^REG_OPTION_(INVALID|UNKNOWN): /)
    expect(construct).toThrow(text)
  })

  it.each([undefined, null, 'val_loss', 3])('that are %j are no options', (given) => {
    const construct = () => earlyStopping(given as unknown as EarlyStoppingOptions)
    expect(construct).toThrow(
      /^REG_OPTION_INVALID: .*; expected an object with "monitor", "mode"\.$/,
    )
  })

  it.each([
    ['min', 5, 3, 'below'],
    ['min', 3, 3, 'below'],
    ['max', 3, 5, 'above'],
  ] as const)('%s: thresholds %d and %d would end every run at once', (mode, best, worst, text) => {
    const thresholds = { stoppingThreshold: best, divergenceThreshold: worst }
    expect(() => earlyStopping({ ...LOSS, mode, ...thresholds })).toThrow(
      `expected a number ${text} "divergenceThreshold"`,
    )
    const opposite = mode === 'min' ? 'max' : 'min'
    if (best !== worst) earlyStopping({ ...LOSS, ...thresholds, mode: opposite })
  })
})
