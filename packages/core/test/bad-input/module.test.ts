import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Every, Trainer, type TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, thrownBy, withoutLeak } from '../helpers/lab.js'
import { endlessLine, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

let shared: tf.Tensor
let sgd: tf.Optimizer
beforeAll(() => {
  shared = tf.scalar(1)
  sgd = tf.train.sgd(1)
})

describe('a module whose', () => {
  it.each([
    { what: 'nothing', variables: () => undefined, text: 'undefined' },
    { what: 'an empty list', variables: () => [], text: '[]' },
    { what: 'an empty record', variables: () => ({}), text: '{}' },
    { what: 'a number', variables: () => 3, text: '3' },
    { what: 'names of variables', variables: () => ['w'], text: '"w"' },
    { what: 'a number by name', variables: () => ({ w: 3 }), text: '3' },
    { what: 'a tensor', variables: () => ({ w: shared }), text: '"w"' },
    { what: 'a promise', variables: async () => [], text: '' },
  ])('variables() gives $what is refused', async ({ variables, text }) => {
    const module = lineModule({ variables: variables as never })
    const { trainer, seen } = lab()
    const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(error.code).toBe('REG_MODULE_INVALID')
    expect(error.message).toContain('variables() returned')
    expect(error.message).toContain(text)
    expect(seen.unpaired()).toEqual([])
    module.dispose()
  })

  it('variables() throws is refused, with the cause', async () => {
    const cause = new Error('not built yet')
    const module = lineModule({
      variables: () => {
        throw cause
      },
    })
    const { trainer, seen } = lab()
    const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(error).toMatchObject({ code: 'REG_MODULE_FAILED', cause })
    expect(seen.names).toEqual(['error', 'teardown'])
    module.dispose()
  })

  it.each([
    { what: 'nothing', made: () => undefined },
    { what: 'a name', made: () => 'adam' },
    { what: 'an empty record', made: () => ({}) },
    { what: 'a promise', made: async () => sgd },
    { what: 'a function', made: () => tf.train.sgd },
    { what: 'a record with a wrong one', made: () => ({ a: sgd, b: 3 }) },
  ])('configureOptimizers() gives $what is refused', async ({ made }) => {
    const module = lineModule({ configureOptimizers: made as never })
    const { trainer, seen } = lab()
    const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(error.code).toBe('REG_OPTIMIZER_INVALID')
    expect(error.message).toContain('configureOptimizers() returned')
    expect(error.message).toContain('tf.train.adam(1e-3)')
    expect(seen.unpaired()).toEqual([])
    module.dispose()
  })

  it('variables belong to none of several optimizers is refused, by name', async () => {
    const module = lineModule({
      configureOptimizers: () => ({ w: tf.train.sgd(1), generator: tf.train.sgd(1) }),
    })
    const error = await rejection(lab().trainer.fit(module, { train: lineBatches(1) }))
    expect(error.code).toBe('REG_OPTIMIZER_INVALID')
    expect(error.message).toMatch(/"b" belongs to none of.*"w", ?"generator"/)
    module.dispose()
  })

  it('variables are all frozen is refused, without a leak', async () => {
    const module = lineModule()
    module.w.trainable = false
    module.b.trainable = false
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
      expect(error.code).toBe('REG_OPTIMIZER_INVALID')
      expect(error.message).toMatch(/2 variables.*trainable/)
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it.each([undefined, null, 3, 'mnist', []])('%s is refused as a module', async (module) => {
    const error = await rejection(lab().trainer.fit(module as never, { train: [] }))
    expect(error.code).toBe('REG_MODULE_INVALID')
  })

  it.each(['validate', 'test', 'predict'] as const)(
    '%s step is missing is refused',
    async (stage) => {
      const step = stage === 'validate' ? 'validationStep' : `${stage}Step`
      const module = lineModule({ [step]: undefined } as never)
      const { trainer } = lab()
      const run =
        stage === 'predict'
          ? trainer.predict(module, lineBatches(1)).next()
          : trainer[stage](module, lineBatches(1))
      const error = await rejection(run)
      expect(error.code).toBe('REG_MODULE_INVALID')
      expect(error.message).toContain(`needs a function "${step}" for ${stage}`)
      module.dispose()
    },
  )

  it('name is misspelt is refused with a suggestion', async () => {
    const { trainingStep, ...rest } = lineModule()
    const misspelt = { ...rest, traningStep: trainingStep }
    const error = await rejection(lab().trainer.fit(misspelt as never, { train: lineBatches(1) }))
    expect(error.message).toContain('Did you mean "traningStep"?')
    rest.dispose()
  })

  it('setup throws ends the run before it begins, and the trainer can go on', async () => {
    const broken = lineModule({ setup: () => Promise.reject(new Error('no weights')) })
    const module = lineModule()
    const { trainer, seen } = lab()
    const error = await rejection(trainer.fit(broken, { train: lineBatches(1) }))
    expect(error.message).toContain('no weights')
    expect(seen.names).toEqual(['error', 'teardown'])
    await trainer.fit(module, { train: lineBatches(1) })
    for (const each of [module, broken]) each.dispose()
  })
})

describe('options', () => {
  it.each([
    { options: { maxEpochs: '3' }, text: '"maxEpochs" is "3"' },
    { options: { maxEpochs: 1.5 }, text: '"maxEpochs" is 1.5' },
    { options: { minSteps: -1 }, text: '"minSteps" is -1' },
    { options: { maxSeconds: Number.NaN }, text: '"maxSeconds" is NaN' },
    { options: { yieldEvery: '50' }, text: '"yieldEvery" is "50"' },
    { options: { sanityBatches: true }, text: '"sanityBatches" is true' },
    { options: { validateEvery: 5 }, text: '"validateEvery" is 5' },
    { options: { logEvery: { steps: 1.5 } }, text: 'a whole number of steps' },
    { options: { limitBatches: 5 }, text: '"limitBatches" is 5' },
    { options: { limitBatches: { train: -1 } }, text: '"limitBatches.train" is -1' },
    { options: { limitBatches: { train: 1.5 } }, text: '"limitBatches.train" is 1.5' },
    { options: { limitBatches: { train: '10%' } }, text: '"limitBatches.train" is "10%"' },
    { options: { rootDir: 3 }, text: '"rootDir" is 3' },
    { options: { plugins: 3 }, text: '3 is not a plugin' },
    { options: 3, text: '3' },
    { options: null, text: 'null' },
  ])('$options is refused at construction', async ({ options, text }) => {
    const error = await thrownBy(() => new Trainer(options as never))
    expect(error.code).toMatch(/^REG_(OPTION|PLUGIN)_INVALID$/)
    expect(error.message).toContain(text)
  })

  it.each([
    { options: { limitBatches: { trains: 3 } }, text: 'Did you mean "train"?' },
    { options: { epochs: 3 }, text: 'epochs' },
    { options: { validateevery: { epochs: 1 } }, text: 'Did you mean "validateEvery"?' },
    { options: { gradientClipVal: 0.5 }, text: 'is the plugin' },
  ])('$options is unknown', async ({ options, text }) => {
    const error = await thrownBy(() => new Trainer(options as never))
    expect(error.code).toBe('REG_OPTION_UNKNOWN')
    expect(error.message).toContain(text)
  })

  const schedules: { every: Every; more?: TrainerOptions; endless?: boolean; warns: boolean }[] = [
    { every: { epochs: 2 }, warns: false },
    { every: { epochs: 3 }, warns: true },
    { every: { epochs: 3 }, more: { maxEpochs: 3 }, warns: false },
    { every: { steps: 8 }, warns: false },
    { every: { steps: 9 }, warns: true },
    { every: { steps: 5 }, more: { maxSteps: 4 }, warns: true },
    { every: { steps: 9 }, endless: true, warns: false },
    { every: { steps: 5 }, endless: true, more: { maxSteps: 4 }, warns: true },
    { every: { epochs: 0.5 }, warns: false },
    { every: { epochs: 0.75 }, more: { maxSteps: 2 }, warns: true },
    { every: { seconds: 60 }, more: { maxSeconds: 30 }, warns: true },
    { every: { seconds: 10 }, more: { maxSeconds: 30 }, warns: false },
    { every: { steps: 0 }, warns: false },
  ]
  it.each(schedules)(
    'validateEvery $every in 2 epochs of 4 batches ($more, endless: $endless) warns: $warns',
    async ({ every, more, endless, warns }) => {
      const module = lineModule()
      const train = endless ? endlessLine(4, 1) : lineBatches(4, 1)
      const { trainer, reports } = lab({ maxEpochs: 2, validateEvery: every, ...more })
      let atStart = -1
      trainer.hooks.fitStart.tap('look', () => {
        atStart = reports.filter((line) => line.includes('can never fall due')).length
      })
      await trainer.fit(module, { train, validation: lineBatches(1, 1) })
      expect(atStart).toBe(warns ? 1 : 0)
      if (warns) expect(trainer.state.validations).toBe(0)
      module.dispose()
    },
  )

  it('no limit at all is told, and 1000 epochs it is', async () => {
    const module = lineModule()
    const reports: string[] = []
    const quiet = plugin('quiet', ({ provide, hooks, requestStop }) => {
      provide('reporter', { report: ({ message }) => void reports.push(message) })
      hooks.setup.tap('quiet', ({ run }) => {
        expect(run.options.maxEpochs).toBe(1000)
        requestStop('seen')
      })
    })
    await new Trainer({ plugins: [quiet] }).fit(module, { train: lineBatches(1) })
    expect(reports.filter((line) => line.includes('1000 epochs'))).toHaveLength(1)
    module.dispose()
  })
})
