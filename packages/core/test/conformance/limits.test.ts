import { afterEach, describe, expect, it, vi } from 'vitest'
import { Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, thrownBy, withoutLeak } from '../helpers/lab.js'
import { endlessLine, lineBatches, lineModule } from '../helpers/line.js'

onCpu()
afterEach(() => void vi.useRealTimers())

describe('limits of a fit', () => {
  it.each([
    { maxEpochs: 3, maxSteps: 42, step: 42, epoch: 2, stop: 'maxSteps' },
    { maxEpochs: 2, maxSteps: 192, step: 64, epoch: 2, stop: 'maxEpochs' },
    { maxEpochs: Number.POSITIVE_INFINITY, maxSteps: 3, step: 3, epoch: 1, stop: 'maxSteps' },
  ])(
    'C130: 32 batches, maxEpochs $maxEpochs, maxSteps $maxSteps end at step $step',
    async ({ maxEpochs, maxSteps, step, epoch, stop }) => {
      const module = lineModule()
      await withoutLeak(async () => {
        const { trainer, seen } = lab({ maxEpochs, maxSteps, limitBatches: { train: 0.5 } })
        const result = await trainer.fit(module, { train: lineBatches(64, 1) })
        expect(result.stop).toEqual({ kind: stop })
        expect(trainer.state.step).toBe(step)
        expect(seen.unpaired()).toEqual([])
        // An epoch that a limit cut short counts as begun and ended.
        expect(trainer.state.epoch).toBe(epoch)
      })
      module.dispose()
    },
  )

  it.each([
    { maxEpochs: -100 },
    { maxEpochs: -1 },
    { maxSteps: -2 },
    { maxSteps: 1.5 },
    { minEpochs: Number.NaN },
  ])('C131: %o is an error at construction', async (options) => {
    const error = await thrownBy(() => new Trainer(options))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(error.message).toContain(`"${Object.keys(options)[0]}" is ${Object.values(options)[0]}`)
    expect(error.message).toContain('a non-negative integer')
  })

  it.each([
    { maxEpochs: 0, maxSteps: undefined, batches: 0, stop: 'maxEpochs' },
    { maxEpochs: Number.POSITIVE_INFINITY, maxSteps: 0, batches: 0, stop: 'maxSteps' },
    { maxEpochs: undefined, maxSteps: 0, batches: 0, stop: 'maxSteps' },
    { maxEpochs: 5, maxSteps: undefined, batches: 15, stop: 'maxEpochs' },
    { maxEpochs: Number.POSITIVE_INFINITY, maxSteps: undefined, batches: 20, stop: 'plugin' },
    { maxEpochs: Number.POSITIVE_INFINITY, maxSteps: 10, batches: 10, stop: 'maxSteps' },
  ])(
    'C132: maxEpochs $maxEpochs, maxSteps $maxSteps train $batches batches',
    async ({ maxEpochs, maxSteps, batches, stop }) => {
      const module = lineModule()
      const enough = plugin('enough', ({ hooks, requestStop, state }) => {
        hooks.batchEnd.tap('enough', () => {
          if (state.step === 20) requestStop('twenty')
        })
      })
      const limits = {
        ...(maxEpochs !== undefined && { maxEpochs }),
        ...(maxSteps !== undefined && { maxSteps }),
      }
      const { trainer } = lab({ maxEpochs: undefined as never, ...limits, plugins: [enough] })
      const result = await trainer.fit(module, { train: lineBatches(3, 1) })
      expect(trainer.state.step).toBe(batches)
      expect(result.stop.kind).toBe(stop)
      module.dispose()
    },
  )

  it.each([10, 20])(
    'C135: a second fit with maxSteps %i ends there again, since each fit counts from 0',
    async (maxSteps) => {
      const module = lineModule()
      const { trainer, seen } = lab({ maxSteps, maxEpochs: 100 })
      await trainer.fit(module, { train: lineBatches(4, 1) })
      expect(trainer.state.step).toBe(maxSteps)
      const learnt = module.w.dataSync()[0]
      await trainer.fit(module, { train: lineBatches(4, 1) })
      expect(trainer.state.step).toBe(maxSteps)
      expect(seen.of('batchEnd').map(({ step }) => step)).toEqual(
        [1, 2].flatMap(() => Array.from({ length: maxSteps }, (_, index) => index + 1)),
      )
      expect(module.w.dataSync()[0]).not.toBe(learnt)
      module.dispose()
    },
  )

  it('C138: a wish to stop in batch 5 of 10 ends with step 5, epoch 1 and one validation', async () => {
    const module = lineModule()
    const stopper = plugin('stopper', ({ hooks, requestStop }) => {
      hooks.batchStart.tap('stopper', ({ batch }) => {
        if (batch === 4) requestStop('enough')
      })
    })
    await withoutLeak(async () => {
      const { trainer, seen } = lab({ plugins: [stopper] })
      const result = await trainer.fit(module, {
        train: lineBatches(10, 1),
        validation: lineBatches(2, 1),
      })
      expect(result.stop).toEqual({ kind: 'plugin', plugin: 'stopper', message: 'enough' })
      expect(trainer.state).toMatchObject({ epoch: 1, step: 5, validations: 1 })
      expect(seen.of('validationStart')).toMatchObject([{ epoch: 0, step: 5 }])
      expect(seen.of('epochEnd')).toMatchObject([{ outcome: 'stopped' }])
      expect(seen.of('monitor')).toMatchObject([{ validation: true, epoch: true }])
    })
    module.dispose()
  })

  it.each([
    { given: 22, wanted: undefined },
    { given: '00:00:00:22', wanted: 'REG_OPTION_INVALID' },
    { given: '60 minutes', wanted: 'REG_OPTION_INVALID' },
    { given: { weeks: 52, days: 1 }, wanted: 'REG_OPTION_INVALID' },
    { given: -1, wanted: 'REG_OPTION_INVALID' },
  ])('C183: maxSeconds takes a number only: $given', async ({ given, wanted }) => {
    const make = () => new Trainer({ maxSeconds: given as number })
    if (wanted === undefined) make()
    else expect((await thrownBy(make)).code).toBe(wanted)
  })

  it('C184: maxSeconds 10 counts from the beginning of the fit, not of the trainer', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const module = lineModule()
    const clock = plugin('clock', ({ hooks }) => {
      hooks.batchEnd.tap('clock', () => void vi.advanceTimersByTime(3000))
    })
    const { trainer } = lab({ maxSeconds: 10, maxEpochs: 9, plugins: [clock] })
    vi.advanceTimersByTime(60_000)
    const result = await trainer.fit(module, { train: lineBatches(8, 1) })
    expect(result.stop).toEqual({ kind: 'maxSeconds' })
    expect(trainer.state.step).toBe(4)
    module.dispose()
  })

  it('C184: a wish to stop waits for minSteps, a limit does not', async () => {
    const module = lineModule()
    const eager = plugin('eager', ({ hooks, requestStop }) => {
      hooks.fitStart.tap('eager', () => requestStop('at once'))
    })
    const { trainer: patient } = lab({ maxEpochs: 9, minSteps: 7, plugins: [eager] })
    expect((await patient.fit(module, { train: lineBatches(5, 1) })).stop.kind).toBe('plugin')
    expect(patient.state).toMatchObject({ step: 7, epoch: 2 })
    const { trainer: limited } = lab({
      maxEpochs: 9,
      maxSteps: 3,
      minSteps: 7,
      minEpochs: 2,
      plugins: [eager],
    })
    expect((await limited.fit(module, { train: lineBatches(5, 1) })).stop.kind).toBe('maxSteps')
    expect(limited.state.step).toBe(3)
    const { trainer: whole } = lab({ maxEpochs: 9, minEpochs: 2, plugins: [eager] })
    await whole.fit(module, { train: lineBatches(5, 1) })
    expect(whole.state).toMatchObject({ step: 10, epoch: 2 })
    module.dispose()
  })
})

describe('limits of batches', () => {
  it('C150: limitBatches.train 0 changes no weight and finishes', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ maxEpochs: 3, limitBatches: { train: 0 } })
    const result = await trainer.fit(module, { train: lineBatches(4), validation: lineBatches(2) })
    expect(result.stop).toEqual({ kind: 'noBatches' })
    expect(trainer.state).toMatchObject({ epoch: 0, step: 0 })
    expect([...module.w.dataSync()]).toEqual([0])
    expect(seen.of('teardown')).toMatchObject([{ outcome: 'completed' }])
    module.dispose()
  })

  it('C151: limitBatches.validation 0 never calls validationStep', async () => {
    const validationStep = vi.fn()
    const module = lineModule({ validationStep })
    const { trainer } = lab({ maxEpochs: 2, sanityBatches: 2, limitBatches: { validation: 0 } })
    await trainer.fit(module, { train: lineBatches(4), validation: lineBatches(2) })
    expect(validationStep).not.toHaveBeenCalled()
    expect(trainer.state).toMatchObject({ epoch: 2, validations: 0 })
    module.dispose()
  })

  it.each([
    { limit: 100, batches: 64 },
    { limit: 7, batches: 7 },
    { limit: 0.1, batches: 6 },
    { limit: 10, batches: 10 },
    { limit: 1, batches: 1 },
    { limit: undefined, batches: 64 },
  ])('C152: limit $limit of 64 batches leaves $batches', async ({ limit, batches }) => {
    const module = lineModule()
    const limitBatches =
      limit === undefined ? {} : { train: limit, validation: limit, test: limit, predict: limit }
    const { trainer, seen } = lab({ limitBatches })
    const data = { train: lineBatches(64, 1), validation: lineBatches(64, 1) }
    await withoutLeak(async () => {
      await trainer.fit(module, data)
      await trainer.test(module, lineBatches(64, 1))
      for await (const output of trainer.predict(module, lineBatches(64, 1))) {
        ;(output as { dispose(): void }).dispose()
      }
    })
    expect(seen.of('batchEnd')).toHaveLength(batches)
    expect(seen.of('validationBatchEnd')).toHaveLength(batches)
    expect(seen.of('testBatchEnd')).toHaveLength(batches)
    expect(seen.of('predictBatchEnd')).toHaveLength(batches)
    module.dispose()
  })

  it('C152: a share that is no batch at all is an error that says what to give', async () => {
    const module = lineModule()
    const { trainer } = lab({ limitBatches: { train: 0.1 } })
    const error = await rejection(trainer.fit(module, { train: lineBatches(4) }))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(error.message).toContain('no batch out of 4; expected at least 0.25')
    module.dispose()
  })

  it('C154: a share of a source without a size is an error', async () => {
    const module = lineModule()
    for (const train of [endlessLine(5), endlessLine(5)()]) {
      const { trainer } = lab({ limitBatches: { train: 0.5 } })
      const error = await rejection(trainer.fit(module, { train }))
      expect(error.code).toBe('REG_OPTION_INVALID')
      expect(error.message).toContain('does not know its size; expected a whole number of batches')
    }
    module.dispose()
  })
})
