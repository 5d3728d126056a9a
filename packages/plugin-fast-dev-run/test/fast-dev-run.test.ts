import {
  definePlugin,
  type Plugin,
  type RunInfo,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fastDevRun } from '../src/index.js'
import { lineBatches, lineModule } from './helpers/line.js'

let tensorsBefore = 0

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

/** A plugin that notes the hooks it is called in, to be found in `calls`. */
function noting(
  calls: string[],
  definition: { name: string; id?: string; writes?: boolean },
): Plugin {
  return definePlugin({
    ...definition,
    apply({ id, hooks, provide }) {
      if (definition.writes) provide('logger', { name: id })
      hooks.setup.tap(id, () => void calls.push(`${id} setup`))
      hooks.monitor.tap(id, () => void calls.push(`${id} monitor`))
      hooks.record.tap(id, () => void calls.push(`${id} record`))
      hooks.save.tap(id, () => void calls.push(`${id} save`))
    },
  })
}

/** A trainer, its reports and the run it had. */
function trial(options: TrainerOptions = {}, plugins: readonly Plugin[] = [fastDevRun()]) {
  const trainer = new Trainer({ ...options, plugins })
  const reports: string[] = []
  const runs: RunInfo[] = []
  trainer.on('report').subscribe(({ message }) => reports.push(message))
  trainer.hooks.setup.tap('user', ({ run }) => void runs.push(run))
  return { trainer, reports, runs }
}

const data = () => ({ train: lineBatches(20), validation: lineBatches(20) })

describe('a fit', () => {
  it('rewrites what decides how long it takes, and leaves the rest', async () => {
    const module = lineModule()
    const given: TrainerOptions = {
      maxEpochs: 50,
      minEpochs: 10,
      maxSteps: 5000,
      minSteps: 100,
      maxSeconds: 0,
      validateEvery: { epochs: 7 },
      limitBatches: { train: 0, validation: 0, test: 0, predict: 0 },
      sanityBatches: 5,
      logEvery: { steps: 1000 },
      yieldEvery: 17,
      rootDir: 'somewhere',
    }
    const { trainer, runs } = trial(given, [fastDevRun({ batches: 3 })])
    await trainer.fit(module, data())
    expect(runs[0]?.options).toEqual({
      maxEpochs: 1,
      minEpochs: 0,
      maxSteps: 3,
      minSteps: 0,
      maxSeconds: Number.POSITIVE_INFINITY,
      validateEvery: { epochs: 1 },
      limitBatches: { train: 3, validation: 3, test: 3, predict: 3 },
      sanityBatches: 0,
      logEvery: { steps: 1 },
      yieldEvery: 17,
      rootDir: 'somewhere',
    })
    module.dispose()
  })

  it.each([1, 2, 5])(
    'uses %d batches of training and validation, in one epoch',
    async (batches) => {
      const module = lineModule()
      const { trainer } = trial({}, [fastDevRun({ batches })])
      const counts = { train: 0, validation: 0, sanity: 0, records: 0 }
      trainer.hooks.batchEnd.tap('user', () => void counts.train++)
      trainer.hooks.validationBatchEnd.tap('user', ({ sanity }) => {
        counts[sanity ? 'sanity' : 'validation']++
      })
      trainer.hooks.record.tap('user', ({ kind, ...record }) => {
        if (kind === 'metrics' && 'interval' in record && record.interval === 'step')
          counts.records++
      })
      const { stop } = await trainer.fit(module, data())
      expect(counts).toEqual({ train: batches, validation: batches, sanity: 0, records: batches })
      expect(trainer.state).toMatchObject({ epoch: 1, step: batches, validations: 1 })
      expect(stop).toEqual({ kind: 'maxSteps' })
      module.dispose()
    },
  )

  it('trains where training was switched off', async () => {
    const module = lineModule()
    const before = module.weight()
    const { trainer } = trial({ limitBatches: { train: 0 } })
    await trainer.fit(module, data())
    expect(module.weight()).not.toBe(before)
    expect(trainer.state.epoch).toBe(1)
    module.dispose()
  })

  it('validates where validation was switched off', async () => {
    const module = lineModule()
    const { trainer } = trial({ limitBatches: { validation: 0 } })
    const { metrics } = await trainer.fit(module, data())
    expect(metrics).toHaveProperty('val_loss')
    module.dispose()
  })

  it('manages loaders of unknown size and ones with fewer batches', async () => {
    const module = lineModule()
    const { trainer } = trial({}, [fastDevRun({ batches: 4 })])
    const unsized = { isSized: false }
    await trainer.fit(module, {
      train: lineBatches(9, unsized),
      validation: lineBatches(9, unsized),
    })
    expect(trainer.state.step).toBe(4)
    await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(1) })
    expect(trainer.state.step).toBe(2)
    module.dispose()
  })
})

describe('a fit without validation data', () => {
  it('is a trial too, and nothing is complained about', async () => {
    const module = { ...lineModule(), validationStep: undefined }
    const { trainer, reports } = trial()
    await trainer.fit(module, { train: lineBatches(3) })
    expect(reports).toEqual(['A trial run of 1 batch of everything. Muted: nothing.'])
    module.dispose()
  })
})

describe('other runs', () => {
  it('are limited too', async () => {
    const module = lineModule()
    const { trainer } = trial({ limitBatches: { test: 0 } }, [fastDevRun({ batches: 2 })])
    const counts = { testBatchEnd: 0, validationBatchEnd: 0 }
    trainer.hooks.testBatchEnd.tap('user', () => void counts.testBatchEnd++)
    trainer.hooks.validationBatchEnd.tap('user', () => void counts.validationBatchEnd++)
    expect(await trainer.test(module, lineBatches(9))).toHaveProperty('test_loss')
    await trainer.validate(module, lineBatches(9))
    const outputs: unknown[] = []
    for await (const output of trainer.predict(module, lineBatches(9))) outputs.push(output)
    expect(counts).toEqual({ testBatchEnd: 2, validationBatchEnd: 2 })
    expect(outputs).toHaveLength(2)
    module.dispose()
  })
})

describe('muting', () => {
  const writer = { name: 'logger-x', id: 'x', writes: true }
  const judge = { name: 'early-stopping', id: 'patient' }

  it.each(['before', 'after'])(
    'silences writers and early stopping listed %s it, and says which',
    async (place) => {
      const calls: string[] = []
      const module = lineModule()
      const others = [noting(calls, writer), noting(calls, judge), noting(calls, { name: 'other' })]
      const plugins = place === 'before' ? [...others, fastDevRun()] : [fastDevRun(), ...others]
      const { trainer, reports } = trial({}, plugins)
      await trainer.fit(module, data())
      expect(new Set(calls)).toEqual(
        new Set(['other setup', 'other monitor', 'other record', 'other save']),
      )
      expect(reports).toEqual([
        'A trial run of 1 batch of everything. Muted: "x" (writes), "patient" (judges metrics).',
      ])
      module.dispose()
    },
  )

  it('lasts for the run, and is the same in the next', async () => {
    const calls: string[] = []
    const module = lineModule()
    const muted: string[][] = []
    const witness = definePlugin({
      name: 'witness',
      apply({ hooks, plugins }) {
        const note = () =>
          void muted.push(plugins.list().flatMap(({ id, isMuted }) => (isMuted ? [id] : [])))
        hooks.configure.tap('witness', note)
        hooks.setup.tap('witness', note)
      },
    })
    const { trainer, reports } = trial({}, [witness, noting(calls, writer), fastDevRun()])
    await trainer.fit(module, data())
    await trainer.fit(module, data())
    expect(muted).toEqual([[], ['x'], [], ['x']])
    expect(calls).toEqual([])
    expect(reports).toHaveLength(2)
    expect(reports[1]).toBe(reports[0])
    module.dispose()
  })

  it('knows plugins that came later, and no longer those that went', async () => {
    const calls: string[] = []
    const module = lineModule()
    const { trainer, reports } = trial({}, [noting(calls, writer), fastDevRun()])
    await trainer.fit(module, data())
    const undo = trainer.use(noting(calls, { name: 'checkpoint', writes: true }))
    await trainer.fit(module, data())
    await undo()
    await trainer.fit(module, data())
    expect(reports.map((text) => text.replace(/.*Muted: /, ''))).toEqual([
      '"x" (writes).',
      '"x" (writes), "checkpoint" (writes).',
      '"x" (writes).',
    ])
    expect(calls).toEqual([])
    module.dispose()
  })

  it('ends when it is itself taken out', async () => {
    const calls: string[] = []
    const module = lineModule()
    const { trainer } = trial({ maxEpochs: 1, maxSteps: 3 }, [noting(calls, writer)])
    const undo = trainer.use(fastDevRun())
    await trainer.fit(module, data())
    expect(calls).toEqual([])
    await undo()
    await trainer.fit(module, data())
    expect(calls).toContain('x setup')
    expect(trainer.state.step).toBe(3)
    module.dispose()
  })

  it('also ends where the run failed', async () => {
    const calls: string[] = []
    let fails = true
    const module = lineModule()
    const failing = {
      ...module,
      setup() {
        if (fails) throw new Error('no data')
      },
    }
    const { trainer } = trial({ maxSteps: 1 }, [noting(calls, writer)])
    const undo = trainer.use(fastDevRun())
    await expect(trainer.fit(failing, data())).rejects.toThrow('no data')
    fails = false
    await undo()
    await trainer.fit(failing, data())
    expect(calls).toContain('x setup')
    module.dispose()
  })
})

describe('the service', () => {
  it('tells other plugins that a run is a trial', async () => {
    const found: unknown[] = []
    const asking = definePlugin({
      name: 'asking',
      apply({ hooks, service }) {
        hooks.setup.tap('asking', () => void found.push(service('fastDevRun')))
      },
    })
    const module = lineModule()
    const { trainer } = trial({}, [asking, fastDevRun({ batches: 2 })])
    await trainer.fit(module, data())
    expect(found).toEqual([{ batches: 2 }])
    module.dispose()
  })
})

describe('options', () => {
  it.each([
    [{ batches: 0 }, 'fastDevRun: "batches" is 0; expected a positive integer.'],
    [{ batches: -1 }, 'is -1'],
    [{ batches: 1.5 }, 'is 1.5'],
    [{ batches: Number.NaN }, 'is NaN'],
    [{ batches: Number.POSITIVE_INFINITY }, 'is Infinity'],
    [{ batches: '3' }, 'is "3"'],
    [{ batches: true }, 'is true'],
    [{ batches: null }, 'is null'],
    [3, 'fastDevRun: "options" is 3; expected an object with any of "batches".'],
    [null, 'fastDevRun: "options" is null'],
    [
      { batch: 3 },
      'REG_OPTION_UNKNOWN: fastDevRun: "batch" is not known; expected one of "batches".',
    ],
  ])('C158: refuses %j at construction', (options, message) => {
    expect(() => fastDevRun(options as never)).toThrow(message)
  })
})
