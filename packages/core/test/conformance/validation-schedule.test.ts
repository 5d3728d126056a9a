import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Every, Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, thrownBy, withoutLeak } from '../helpers/lab.js'
import { endlessLine, type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()
afterEach(() => void vi.useRealTimers())

describe('when validation runs', () => {
  const shares = [1, 2, 3].flatMap((maxEpochs) =>
    [1, 3, 4].map((divisor) => ({ maxEpochs, divisor, runs: maxEpochs * divisor })),
  )
  it.each(shares)(
    'C139: 64 batches, $maxEpochs epochs, every 1/$divisor of an epoch: $runs validations',
    async ({ maxEpochs, divisor, runs }) => {
      const module = lineModule()
      const { trainer, seen } = lab({ maxEpochs, validateEvery: { epochs: 1 / divisor } })
      await trainer.fit(module, { train: lineBatches(64, 1), validation: lineBatches(1, 1) })
      expect(seen.of('validationEnd')).toHaveLength(runs)
      expect(trainer.state).toMatchObject({ epoch: maxEpochs, validations: runs })
      module.dispose()
    },
  )

  it.each([
    { source: 'of known size', train: lineBatches(4, 1), epochs: 3 },
    { source: 'without a size', train: endlessLine(4, 1), epochs: 3 },
    { source: 'that never ends', train: endlessLine(Number.POSITIVE_INFINITY, 1), epochs: 1 },
  ])(
    'C140: every 3 steps over epochs of 4 batches, 12 steps, a source $source: after 3, 6, 9, 12',
    async ({ train, epochs }) => {
      const module = lineModule()
      await withoutLeak(async () => {
        const { trainer, seen } = lab({
          maxEpochs: Number.POSITIVE_INFINITY,
          maxSteps: 12,
          validateEvery: { steps: 3 },
        })
        await trainer.fit(module, { train, validation: lineBatches(1, 1) })
        expect(seen.of('validationStart').map(({ step }) => step)).toEqual([3, 6, 9, 12])
        expect(trainer.state.epoch).toBe(epochs)
      })
      module.dispose()
    },
  )

  it.each([{ steps: 2, epochs: 1 }, { epochs: 0.5, steps: 3 }, {}, { batches: 3 }])(
    'C142: %o is refused: a schedule has one unit, so no two can contradict each other',
    async (given) => {
      const error = await thrownBy(() => new Trainer({ validateEvery: given as unknown as Every }))
      expect(error.code).toBe('REG_OPTION_INVALID')
      expect(error.message).toContain('{ steps: n }, { epochs: n } or { seconds: n }')
    },
  )

  it.each([
    { seconds: 2, steps: [1, 2, 3, 4, 5] },
    { seconds: 4, steps: [2, 4] },
    { seconds: 5, steps: [3] },
  ])(
    'C143: every $seconds seconds, 5 steps of 2 seconds: after $steps',
    async ({ seconds, steps }) => {
      vi.useFakeTimers({ toFake: ['performance'] })
      const lossOf = lineModule()
      const module = lineModule({
        trainingStep: (batch, context) => {
          vi.advanceTimersByTime(2000)
          return lossOf.trainingStep(batch, context)
        },
        variables: () => ({ w: lossOf.w, b: lossOf.b }),
      })
      const { trainer, seen } = lab({ maxSteps: 5, validateEvery: { seconds } })
      await trainer.fit(module, { train: lineBatches(5, 1), validation: lineBatches(1, 1) })
      expect(seen.of('validationStart').map(({ step }) => step)).toEqual(steps)
      for (const each of [module, lossOf]) each.dispose()
    },
  )

  it.each([
    { every: { steps: 100 }, validations: 1 },
    { every: { epochs: 0.5 }, validations: 1 },
    { every: { seconds: 3600 }, validations: 1 },
    { every: { steps: 3 }, validations: 1 },
    { every: { epochs: 2 }, validations: 0 },
    { every: { steps: 0 }, validations: 0 },
  ])(
    'C138: after a wish to stop in batch 3 of 10, every $every: $validations validations',
    async (row) => {
      const module = lineModule()
      const stopper = plugin('stopper', ({ hooks, requestStop }) => {
        hooks.batchEnd.tap('stopper', ({ step }) => {
          if (step === 3) requestStop('enough')
        })
      })
      const { trainer, seen } = lab({ validateEvery: row.every as Every, plugins: [stopper] })
      await trainer.fit(module, { train: lineBatches(10, 1), validation: lineBatches(1, 1) })
      expect(trainer.state).toMatchObject({ step: 3, epoch: 1, validations: row.validations })
      expect(seen.of('monitor')).toHaveLength(1)
      module.dispose()
    },
  )

  it.each([
    { maxEpochs: 1, epochs: [] },
    { maxEpochs: 4, epochs: [1, 3] },
    { maxEpochs: 5, epochs: [1, 3] },
  ])('C144: every 2 epochs, $maxEpochs epochs: validations in epochs $epochs', async (row) => {
    const module = lineModule()
    const { trainer, seen } = lab({ maxEpochs: row.maxEpochs, validateEvery: { epochs: 2 } })
    await trainer.fit(module, { train: lineBatches(2, 1), validation: lineBatches(1, 1) })
    expect(seen.of('validationStart').map(({ epoch }) => epoch)).toEqual(row.epochs)
    module.dispose()
  })

  it.each([1.2, -1, Number.NaN, '2'])('C146: { epochs: %s } is an error', async (epochs) => {
    const validateEvery = { epochs: epochs as number }
    const error = await thrownBy(() => new Trainer({ validateEvery }))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(error.message).toContain('"validateEvery"')
  })

  it.each([
    { sanity: 4, limit: 0, steps: 0 },
    { sanity: 4, limit: 1, steps: 1 + 1 },
    { sanity: 4, limit: undefined, steps: 4 + 4 },
    { sanity: 4, limit: 0.5, steps: 4 + 4 },
    { sanity: 4, limit: 5, steps: 4 + 4 },
    { sanity: Number.POSITIVE_INFINITY, limit: undefined, steps: 8 + 64 },
    { sanity: Number.POSITIVE_INFINITY, limit: 0.5, steps: 4 + 32 },
    { sanity: 0, limit: undefined, steps: 0 },
  ])(
    'C147: sanityBatches $sanity, loaders of 8 and 64, limit $limit: $steps batches tried',
    async ({ sanity, limit, steps }) => {
      const module = lineModule()
      const limitBatches = { train: 0, ...(limit !== undefined && { validation: limit }) }
      const { trainer, seen } = lab({ sanityBatches: sanity, limitBatches })
      await withoutLeak(() =>
        trainer.fit(module, {
          train: lineBatches(1),
          validation: { small: lineBatches(8, 1), large: lineBatches(64, 1) },
        }),
      )
      expect(seen.of('validationBatchEnd')).toHaveLength(steps)
      expect(seen.names.includes('sanityStart')).toBe(steps > 0)
      expect(trainer.state.validations).toBe(0)
      module.dispose()
    },
  )

  it('C147: what the sanity check logged is neither reported nor counted', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ sanityBatches: 2, validateEvery: { epochs: 5 } })
    const result = await trainer.fit(module, {
      train: lineBatches(2),
      validation: lineBatches(3),
    })
    expect(seen.of('validationEnd')).toMatchObject([{ sanity: true, outcome: 'completed' }])
    expect(result.metrics).not.toHaveProperty('val_loss')
    expect(
      seen
        .of('record')
        .filter((record) => record.kind === 'metrics' && record.source === 'validation'),
    ).toEqual([])
    expect(seen.of('monitor')).toHaveLength(1)
    module.dispose()
  })

  it('C148: training batches are the same with and without a sanity check before them', async () => {
    const runs: number[][] = []
    for (const sanityBatches of [0, 2]) {
      const module = lineModule()
      const taken: number[] = []
      const { trainer, seen } = lab({ sanityBatches })
      trainer.hooks.batchStart.tapPromise('look', async ({ data }) => {
        taken.push(...(await (data as LineBatch).x.data()))
      })
      await trainer.fit(module, { train: lineBatches(5), validation: lineBatches(3) })
      runs.push([...taken, ...module.w.dataSync()])
      expect(seen.of('sanityEnd')).toHaveLength(sanityBatches === 0 ? 0 : 1)
      module.dispose()
    }
    expect(runs[0]).toEqual(runs[1])
  })
})
