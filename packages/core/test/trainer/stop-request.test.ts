import { describe, expect, it } from 'vitest'
import type { Every, Snapshot, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Asks for the end of the run after a step. */
const stopper = (after: number) =>
  plugin('stopper', ({ hooks, requestStop }) => {
    hooks.batchEnd.tap('stopper', ({ step }) => {
      if (step === after) requestStop('enough')
    })
  })

/** Epochs of four batches in which the end is asked for after a step. */
async function fit(
  options: TrainerOptions,
  {
    after = 1,
    signal,
    resumeFrom,
  }: { after?: number; signal?: AbortSignal; resumeFrom?: Snapshot } = {},
) {
  const module = lineModule()
  const observed = lab({ ...options, plugins: [stopper(after), options.plugins ?? []] })
  const data = { train: lineBatches(4), validation: lineBatches(1) }
  const result = await observed.trainer.fit(module, data, { signal, resumeFrom })
  const { seen, reports, trainer } = observed
  const validations = seen.of('validationStart').map(({ step }) => step)
  const waiting = reports.filter((line) => line.includes('is not met yet'))
  const records = seen
    .of('record')
    .flatMap((one) => ('interval' in one && one.interval === 'step' ? [one.step] : []))
  module.dispose()
  return { validations, waiting, records, result, trainer }
}

interface Row {
  readonly options: TrainerOptions
  readonly validations: readonly number[]
  readonly stop: string
}

const every = (validateEvery: Every) => ({ validateEvery })

describe('a request to stop that waits for a minimum', () => {
  const rows: Row[] = [
    {
      options: { minEpochs: 4, maxEpochs: 4, ...every({ steps: 3 }) },
      validations: [3, 6, 9, 12, 15, 16],
      stop: 'plugin',
    },
    {
      options: { minEpochs: 2, maxEpochs: 9, ...every({ steps: 3 }) },
      validations: [3, 6, 8],
      stop: 'plugin',
    },
    {
      options: { minSteps: 10, maxEpochs: 9, ...every({ steps: 3 }) },
      validations: [3, 6, 9, 10],
      stop: 'plugin',
    },
    {
      options: { minSteps: 10, minEpochs: 2, maxEpochs: 9, ...every({ epochs: 0.5 }) },
      validations: [2, 4, 6, 8, 10],
      stop: 'plugin',
    },
    {
      options: { minSteps: 12, maxEpochs: 9, ...every({ steps: 100 }) },
      validations: [12],
      stop: 'plugin',
    },
    {
      options: { minEpochs: 3, maxEpochs: 9, ...every({ seconds: 3600 }) },
      validations: [12],
      stop: 'plugin',
    },
    {
      options: { minEpochs: 3, maxEpochs: 9, ...every({ seconds: Number.POSITIVE_INFINITY }) },
      validations: [],
      stop: 'plugin',
    },
    {
      options: { minEpochs: 3, maxEpochs: 9, ...every({ epochs: 2 }) },
      validations: [8],
      stop: 'plugin',
    },
    {
      options: { minEpochs: 9, maxEpochs: 9, maxSteps: 7, ...every({ steps: 3 }) },
      validations: [3, 6],
      stop: 'maxSteps',
    },
    {
      options: { minEpochs: 9, maxEpochs: 2, ...every({ steps: 3 }) },
      validations: [3, 6],
      stop: 'maxEpochs',
    },
  ]
  it.each(rows)('$options: validations at $validations, one notice', async (row) => {
    const { validations, waiting, result } = await fit(row.options)
    expect(validations).toEqual(row.validations)
    expect(result.stop.kind).toBe(row.stop)
    expect(waiting).toHaveLength(1)
  })

  it('makes no validation that a run without it would not make, but for the last', async () => {
    for (const steps of [1, 2, 3, 4, 5, 6, 7]) {
      const options = { minEpochs: 3, maxEpochs: 3, ...every({ steps }) }
      const free = await fit(options, { after: -1 })
      const asked = await fit(options)
      expect(asked.validations).toEqual([...new Set([...free.validations, 12])])
      expect(free.waiting).toEqual([])
    }
  })

  it.each([
    [{ minEpochs: 4, maxEpochs: 4 }, 'minEpochs 4 is not met yet after 0 epochs and 1 steps'],
    [{ minSteps: 9, maxEpochs: 4 }, 'minSteps 9 is not met yet after 0 epochs and 1 steps'],
    [{ minEpochs: 2, minSteps: 9, maxEpochs: 4 }, 'minEpochs 2 and minSteps 9 is not met yet'],
  ])('%j: says what it waits for: %s', async (options, text) => {
    const { waiting } = await fit(options)
    expect(waiting).toHaveLength(1)
    expect(waiting[0]).toContain(`Plugin "stopper" asked to stop the run (enough), but ${text}`)
  })

  it.each([
    [{ maxEpochs: 4 }, 1],
    [{ minEpochs: 1, maxEpochs: 4 }, 4],
    [{ minSteps: 6, maxEpochs: 4 }, 6],
    [{ minEpochs: 2, maxEpochs: 4 }, 8],
  ])(
    '%j: nothing is said of a request after step %i, which waits for nothing',
    async (options, after) => {
      const { waiting, trainer } = await fit(options, { after })
      expect(waiting).toEqual([])
      expect(trainer.state.step).toBe(after)
    },
  )

  it.each([
    [{ minEpochs: 2, maxEpochs: 4 }, [7]],
    [{ minSteps: 6, maxEpochs: 4 }, [5]],
    [{ maxEpochs: 4 }, [0]],
    [{ minEpochs: 9, maxEpochs: 2 }, []],
  ])('%j: the one step that ends the run is logged: %j', async (options, records) => {
    expect((await fit({ ...options, logEvery: { steps: 100 } })).records).toEqual(records)
  })
})
