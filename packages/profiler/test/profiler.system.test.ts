import { definePlugin, type Plugin, Trainer, type TrainerOptions } from '@regimen/core'
import { type FakeClock, fakeClock } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ProfilerOptions, profiler } from '../src/index.js'
import { memoryStream, rowsOf, slowBatches, timedModule } from './helpers/timed-run.js'

let clock: FakeClock
let tensors = 0

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  clock = fakeClock()
  tensors = tf.memory().numTensors
})
afterEach(() => {
  clock.restore()
  expect(tf.memory().numTensors).toBe(tensors)
})

/** A trainer with a profiler before other plugins, and its reports. */
function profiled(
  options: TrainerOptions = {},
  others: readonly Plugin[] = [],
  own: ProfilerOptions = {},
) {
  const stream = memoryStream()
  const all = { maxEpochs: 2, sanityBatches: 0, ...options }
  const trainer = new Trainer({
    ...all,
    plugins: [profiler({ stream, output: false, rows: Number.POSITIVE_INFINITY, ...own }), others],
  })
  return { trainer, reports: stream.texts }
}

/** A plugin that takes its time in hooks, in some of them with awaits. */
function slowPlugin(name: string, times: Readonly<Record<string, number>>): Plugin {
  return definePlugin({
    name,
    apply({ id, hooks }) {
      for (const [hook, ms] of Object.entries(times)) {
        hooks[hook as 'batchEnd'].tapPromise(id, async () => {
          await undefined
          clock.elapse(ms)
        })
      }
    },
  })
}

const milliseconds = (cell = '') => {
  const [amount, unit = ''] = cell.split(' ')
  return Number(amount) * ({ µs: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
}

describe('a fit', () => {
  it('C264: has rows with the times that its parts took, none counted twice', async () => {
    const module = timedModule(clock)
    const slow = slowPlugin('slow', { batchStart: 1, batchEnd: 2, epochEnd: 20, save: 30 })
    const { trainer, reports } = profiled({}, [slow])
    await trainer.fit(module, {
      train: slowBatches(clock, 3),
      validation: slowBatches(clock, 2, 8),
    })
    module.dispose()
    expect(reports).toHaveLength(1)
    expect(rowsOf(reports[0])).toEqual({
      'data wait': ['6', '30.0 ms', '5.00 ms', '5.00 ms', '5.00 ms'],
      batchStart: ['6'],
      'batchStart slow': ['6', '6.00 ms', '1.00 ms', '1.00 ms', '1.00 ms'],
      'forward and loss': ['6', '42.0 ms', '7.00 ms', '7.00 ms', '7.00 ms'],
      backward: ['6', '66.0 ms', '11.0 ms', '11.0 ms', '11.0 ms'],
      optimizer: ['6', '18.0 ms', '3.00 ms', '3.00 ms', '3.00 ms'],
      batchEnd: ['6'],
      'batchEnd slow': ['6', '12.0 ms', '2.00 ms', '2.00 ms', '2.00 ms'],
      'validation: data wait': ['4', '32.0 ms', '8.00 ms', '8.00 ms', '8.00 ms'],
      'validation: step': ['4', '16.0 ms', '4.00 ms', '4.00 ms', '4.00 ms'],
      epochEnd: ['2'],
      'epochEnd slow': ['2', '40.0 ms', '20.0 ms', '20.0 ms', '20.0 ms'],
      save: ['2'],
      'save slow': ['2', '60.0 ms', '30.0 ms', '30.0 ms', '30.0 ms'],
      total: ['322 ms'],
    })
    expect(reports[0]).toContain('"slow" takes 37 % of the run, most of it in "save" (60.0 ms, 30')
    const totals = Object.entries(rowsOf(reports[0])).map(([name, cells]) =>
      name === 'total' ? -milliseconds(cells[0]) : cells.length > 1 ? milliseconds(cells[1]) : 0,
    )
    expect(totals.reduce((sum, ms) => sum + ms, 0)).toBe(0)
  })

  it('says how much of each step waits for data', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled()
    await trainer.fit(module, { train: slowBatches(clock, 3, 33) })
    module.dispose()
    expect(reports[0]).toContain('- 61 % of each step waits for data: 33.0 ms of 54.0 ms.')
  })

  it.each(['before', 'after'])(
    'has the same rows where the profiler comes %s the others',
    async (place) => {
      const module = timedModule(clock)
      const stream = memoryStream()
      const own = profiler({ stream, output: false, rows: Number.POSITIVE_INFINITY })
      const hooks = { configure: 9, setup: 8, batchStart: 1, stepStart: 1, stepEnd: 1, batchEnd: 2 }
      const slow = slowPlugin('slow', hooks)
      const plugins = place === 'before' ? [own, slow] : [slow, own]
      const trainer = new Trainer({ maxEpochs: 2, plugins })
      await trainer.fit(module, { train: slowBatches(clock, 3) })
      module.dispose()
      const rows = rowsOf(stream.texts[0])
      expect(rows).toMatchObject({
        'configure slow': ['1', '9.00 ms', '9.00 ms', '9.00 ms', '9.00 ms'],
        'setup slow': ['1', '8.00 ms', '8.00 ms', '8.00 ms', '8.00 ms'],
        'data wait': ['6', '30.0 ms', '5.00 ms', '5.00 ms', '5.00 ms'],
        'stepStart slow': ['6', '6.00 ms', '1.00 ms', '1.00 ms', '1.00 ms'],
        optimizer: ['6', '18.0 ms', '3.00 ms', '3.00 ms', '3.00 ms'],
        total: ['203 ms'],
      })
    },
  )

  it('counts preparation, the sanity check and validations in mid-epoch as what they are', async () => {
    const module = timedModule(clock)
    const options = { sanityBatches: 2, validateEvery: { steps: 1 } }
    const { trainer, reports } = profiled(options, [slowPlugin('watcher', { validationStart: 0 })])
    const made = () => {
      clock.elapse(100)
      return module
    }
    const data = { train: slowBatches(clock, 3), validation: slowBatches(clock, 2, 8) }
    await trainer.fit(made, data)
    module.dispose()
    expect(rowsOf(reports[0])).toMatchObject({
      preparation: ['1', '100 ms', '100 ms', '100 ms', '100 ms'],
      validationStart: ['7'],
      'validationStart watcher': ['7'],
      'sanity check': ['1', '24.0 ms', '24.0 ms', '24.0 ms', '24.0 ms'],
      'data wait': ['6', '30.0 ms', '5.00 ms', '5.00 ms', '5.00 ms'],
      'validation: data wait': ['12', '96.0 ms', '8.00 ms', '8.00 ms', '8.00 ms'],
      'validation: step': ['12', '48.0 ms', '4.00 ms', '4.00 ms', '4.00 ms'],
    })
    expect(reports[0]).toContain('- Validation takes 34 % of the run')
  })

  it('gives a plugin what its taps in waterfalls, the tape and records of others take', async () => {
    const inLoss = definePlugin({
      name: 'in-loss',
      apply({ id, hooks, record }) {
        hooks.batch.tap(id, () => clock.elapse(1))
        hooks.loss.tap(id, () => clock.elapse(2))
        hooks.gradients.tap(id, () => clock.elapse(4))
        hooks.batchEnd.tapPromise(id, async () => {
          clock.elapse(8)
          await record({ kind: 'text', name: 'note', text: 'x' })
        })
      },
    })
    const module = timedModule(clock)
    const { trainer, reports } = profiled({}, [inLoss, slowPlugin('logger', { record: 16 })])
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    module.dispose()
    const rows = rowsOf(reports[0])
    expect(rows['batch in-loss']?.slice(0, 2)).toEqual(['6', '6.00 ms'])
    expect(rows['loss in-loss']?.slice(0, 2)).toEqual(['6', '12.0 ms'])
    expect(rows['gradients in-loss']?.slice(0, 2)).toEqual(['6', '24.0 ms'])
    expect(rows['batchEnd in-loss']?.slice(0, 2)).toEqual(['6', '48.0 ms'])
    expect(rows['record logger']?.[1]).toBe('128 ms')
    expect(rows['forward and loss']?.slice(0, 2)).toEqual(['6', '42.0 ms'])
    expect(rows['data wait']?.slice(0, 2)).toEqual(['6', '30.0 ms'])
  })

  it('times a heart that a plugin runs twice, and taps on the trainer', async () => {
    const twice = definePlugin({
      name: 'twice',
      apply({ tf: { dispose }, wrapStep }) {
        wrapStep((next) => (step) => {
          dispose(next(step))
          return next(step)
        })
      },
    })
    const module = timedModule(clock)
    const { trainer, reports } = profiled({}, [twice])
    trainer.hooks.batchEnd.tap('mine', () => clock.elapse(6))
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    module.dispose()
    expect(rowsOf(reports[0])).toMatchObject({
      'forward and loss': ['12', '84.0 ms', '7.00 ms', '7.00 ms', '7.00 ms'],
      backward: ['12', '132 ms', '11.0 ms', '11.0 ms', '11.0 ms'],
      'batchEnd user': ['6', '36.0 ms', '6.00 ms', '6.00 ms', '6.00 ms'],
    })
  })

  it('has a row for steps that a plugin replays without their loss', async () => {
    let steps = 0
    const replays = definePlugin({
      name: 'replays',
      apply({ wrapStep }) {
        wrapStep((next) => (step) => {
          if (steps++ < 2) return next(step)
          clock.elapse(4)
          const value = tf.scalar(1)
          step.reports.report({ kind: 'loss', value })
          value.dispose()
          const [variable] = step.variables as [tf.Variable]
          return { [variable.name]: tf.scalar(0.5) }
        })
      },
    })
    const module = timedModule(clock)
    const { trainer, reports } = profiled({}, [replays])
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    module.dispose()
    expect(rowsOf(reports[0])).toMatchObject({
      'replayed step': ['4', '16.0 ms', '4.00 ms', '4.00 ms', '4.00 ms'],
      'forward and loss': ['2', '14.0 ms', '7.00 ms', '7.00 ms', '7.00 ms'],
      backward: ['2', '22.0 ms', '11.0 ms', '11.0 ms', '11.0 ms'],
      optimizer: ['6', '18.0 ms', '3.00 ms', '3.00 ms', '3.00 ms'],
    })
    expect(reports[0]).not.toContain('NaN')
  })

  it('gives a module that steps by itself a row of its own', async () => {
    const { trainingStep: _, ...module } = timedModule(clock)
    const loss = timedModule(clock)
    const { trainer, reports } = profiled()
    const manual = {
      ...loss,
      automaticOptimization: false as const,
      trainingStep: async (
        batch: tf.Tensor,
        context: { optimize(name: string, loss: () => tf.Scalar): Promise<unknown> },
      ) => {
        clock.elapse(10)
        await context.optimize('main', () => loss.trainingStep(batch, {} as never) as tf.Scalar)
        clock.elapse(20)
      },
    }
    await trainer.fit(manual as never, { train: slowBatches(clock, 3) })
    module.dispose()
    loss.dispose()
    expect(rowsOf(reports[0])).toMatchObject({
      'training step': ['6', '180 ms', '30.0 ms', '30.0 ms', '30.0 ms'],
      'forward and loss': ['6', '42.0 ms', '7.00 ms', '7.00 ms', '7.00 ms'],
      optimizer: ['6', '18.0 ms', '3.00 ms', '3.00 ms', '3.00 ms'],
    })
  })

  it('begins anew in a second fit, also after one that failed', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled()
    const data = { train: slowBatches(clock, 3) }
    await trainer.fit(module, data)
    const failing = {
      ...module,
      trainingStep: () => {
        clock.elapse(40)
        throw new Error('no')
      },
    }
    await expect(trainer.fit(failing, data)).rejects.toThrow('no')
    await expect(trainer.fit(() => Promise.reject(new Error('none')), data)).rejects.toThrow('none')
    await trainer.fit(module, data)
    module.dispose()
    expect(reports).toHaveLength(3)
    expect(rowsOf(reports[1])['forward and loss']?.slice(0, 2)).toEqual(['1', '40.0 ms'])
    expect(reports[2]).toBe(reports[0])
  })

  it.each(['configure', 'fitStart'])(
    'begins anew after a run in which it was muted in %s',
    async (hook) => {
      let isFirst = true
      const muter = definePlugin({
        name: 'muter',
        apply({ id, hooks, plugins }) {
          hooks[hook as 'fitStart'].tap(id, () => {
            if (isFirst) plugins.mute('profiler')
            isFirst = false
          })
        },
      })
      const module = timedModule(clock)
      const { trainer, reports } = profiled({}, [muter])
      await trainer.fit(module, { train: slowBatches(clock, 3) })
      expect(reports).toEqual([])
      clock.elapse(1000)
      await trainer.fit(module, { train: slowBatches(clock, 3) })
      module.dispose()
      expect(reports[0]).toMatch(/^Profile of fit: 156 ms, 6 batches/)
    },
  )

  it('shares nothing with a trainer that runs at the same time', async () => {
    const modules = [
      timedModule(clock, { forward: 2 }),
      timedModule(clock, { forward: 4 }),
    ] as const
    const [first, second] = [profiled({ maxEpochs: 1 }), profiled({ maxEpochs: 3 })]
    await Promise.all([
      first.trainer.fit(modules[0], { train: slowBatches(clock, 3) }),
      second.trainer.fit(modules[1], { train: slowBatches(clock, 3) }),
    ])
    for (const module of modules) module.dispose()
    expect(rowsOf(first.reports[0])['forward and loss']?.slice(0, 2)).toEqual(['3', '6.00 ms'])
    expect(rowsOf(second.reports[0])['forward and loss']?.slice(0, 2)).toEqual(['9', '36.0 ms'])
  })
})

describe('other runs', () => {
  it('C264: have a report each, with their own rows', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled()
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    await trainer.test(module, slowBatches(clock, 3, 8))
    await trainer.validate(module, slowBatches(clock, 2, 8))
    for await (const _ of trainer.predict(module, slowBatches(clock, 2, 8))) clock.elapse(100)
    module.dispose()
    expect(reports.map((report) => report.split('\n')[0])).toEqual([
      'Profile of fit: 156 ms, 6 batches of training',
      'Profile of test: 36.0 ms',
      'Profile of validate: 24.0 ms',
      'Profile of predict: 224 ms',
    ])
    expect(rowsOf(reports[1])).toMatchObject({
      'test: data wait': ['3', '24.0 ms', '8.00 ms', '8.00 ms', '8.00 ms'],
      'test: step': ['3', '12.0 ms', '4.00 ms', '4.00 ms', '4.00 ms'],
    })
    expect(rowsOf(reports[3])['predict: data wait and caller']?.[1]).toBe('116 ms')
  })
})

describe('the report', () => {
  it('goes to the service reporter where there is one and no stream is given', async () => {
    const messages: string[] = []
    const screen = definePlugin({
      name: 'screen',
      apply: ({ provide }) =>
        provide('reporter', {
          report: ({ plugin, message }) => plugin === 'profiler' && messages.push(message),
        }),
    })
    const module = timedModule(clock)
    const trainer = new Trainer({ maxEpochs: 1, plugins: [profiler(), screen] })
    await trainer.fit(module, { train: slowBatches(clock, 1) })
    module.dispose()
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(/^Profile of fit: 26.0 ms, 1 batch of training\n/)
  })
})

describe('the table of kernels', () => {
  it('has the kernels of one training batch, its optimizer included, and its memory', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({}, [], { kernels: { step: 4 } })
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    module.dispose()
    expect(reports[0]).toContain('Kernels of training batch 4\n')
    expect(reports[0]).toMatch(/^Square +1 /m)
    expect(reports[0]).toMatch(/^Add +1 /m)
    expect(reports[0]).toMatch(/^Memory: \d+ B at most, 0 tensors \(0 B\) more after it$/m)
  })

  it('says so where the run was shorter, and ends where the batch fails', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({}, [], { kernels: true })
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    expect(reports[0]).toContain('No table of kernels: the run had no batch 10.')
    const failing = profiled({}, [], { kernels: { step: 1 } })
    const broken = {
      ...module,
      trainingStep: () => {
        tf.tidy(() => tf.square(3))
        throw new Error('no')
      },
    }
    const fit = failing.trainer.fit(broken, { train: slowBatches(clock, 3) })
    await expect(fit).rejects.toThrow('no')
    module.dispose()
    expect(failing.reports[0]).toMatch(/^Square +1 /m)
    const { state } = tf.engine() as unknown as { state: { profiling: boolean } }
    expect(state.profiling).toBe(false)
  })
})
