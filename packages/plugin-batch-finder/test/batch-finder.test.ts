import { definePlugin, type Report, type Snapshot, Trainer } from '@regimen/core'
import { arrayLoader } from '@regimen/data'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BatchFinderOptions, batchFinder, type SizeSearch } from '../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const x = Array.from({ length: 40 }, (_, n) => n / 40)
const train = (batchSize: number) => arrayLoader({ x }, { batchSize, shuffle: true, seed: 1 })
type Batch = { readonly x: tf.Tensor }

const reports: Report[] = []
const collector = definePlugin({
  name: 'collector',
  apply: ({ provide }) => provide('reporter', { report: (one) => void reports.push(one) }),
})

interface Fit {
  readonly isPlain?: boolean
  readonly own?: (epoch: number) => unknown
  readonly resumeFrom?: Snapshot
  readonly maxEpochs?: number
  readonly step?: (rows: number) => void
}

async function fit(options: Partial<BatchFinderOptions<Batch>>, how: Fit = {}) {
  const { isPlain, own, resumeFrom, maxEpochs = 2, step = () => undefined } = how
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  let search: SizeSearch | undefined
  const onResult = (found: SizeSearch) => {
    search = found
  }
  const finder = batchFinder({ train, onResult, ...options })
  const rows: number[] = []
  const module = {
    trainingStep: (batch: Batch) => {
      step(batch.x.shape[0] ?? 0)
      return tf.mean(tf.squaredDifference(tf.mul(batch.x, 3), tf.mul(batch.x, w)))
    },
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.adam(0.05),
  }
  const trainer = new Trainer({ maxEpochs, plugins: [collector, !isPlain && finder] })
  trainer.hooks.batchStart.tap('test', ({ data }) => {
    rows.push((data as Batch).x.shape[0] ?? 0)
  })
  try {
    const data = { train: (own ?? finder.train) as () => Iterable<Batch> }
    const { history } = await trainer.fit(module, data, resumeFrom && { resumeFrom })
    return { history, rows, search, snapshot: await trainer.snapshot() }
  } finally {
    await trainer.dispose()
    w.dispose()
  }
}

/** Memory in which so many rows have room. */
const room = (most: number) => {
  let rows = 0
  return {
    options: { probe: () => rows + 1, memoryLimit: most + 1 },
    step: (count: number) => {
      rows = count
    },
  }
}

describe('a run that trains on what the finder makes', () => {
  it('has the size that was found', () =>
    expectNoTensorLeak(async () => {
      reports.length = 0
      const { options, step } = room(13)
      const { rows, search } = await fit({ ...options, start: 4 }, { step })
      expect(search?.trials.map(({ size, fits }) => [size, fits])).toEqual([
        [4, true],
        [8, true],
        [16, false],
        [12, true],
        [14, false],
        [13, true],
      ])
      expect(rows).toEqual([13, 13, 13, 1, 13, 13, 13, 1])
      expect(reports[0]?.message).toBe(
        'A batch size of 13 was found; 6 sizes were tried. The run uses it.',
      )
    }))

  it('has all rows at once where they fit', async () => {
    const { rows } = await fit({ max: 64 })
    expect(rows).toEqual([40, 40])
  })

  it('resumes with its size, and without a search', async () => {
    const { options, step } = room(13)
    const whole = await fit(options, { step, maxEpochs: 2 })
    const first = await fit(options, { step, maxEpochs: 1 })
    const second = await fit(options, { step, maxEpochs: 2, resumeFrom: first.snapshot })
    expect(second.search).toBeUndefined()
    expect([...first.rows, ...second.rows]).toEqual(whole.rows)
    expect(second.snapshot.tensors).toEqual(whole.snapshot.tensors)
  })
})

it('a run on data of its own has the bits of one without a search', async () => {
  reports.length = 0
  const own = () => train(16)
  const plain = await fit({}, { isPlain: true, own })
  const searched = await fit({}, { own })
  expect(searched.search?.size).toBe(40)
  expect(searched.history).toEqual(plain.history)
  expect(searched.snapshot.tensors).toEqual(plain.snapshot.tensors)
  expect(reports[0]?.message).toContain('The run does not: its data.train is another.')
})

it('the memory of tensors is measured where the forward pass is done', async () => {
  const { search } = await fit({ memoryLimit: 1e9, max: 32, start: 8 })
  const [small, large] = [search?.trials[0]?.bytes ?? 0, search?.trials.at(-1)?.bytes ?? 0]
  expect(small).toBeGreaterThan(8 * 4 * 3)
  expect(large).toBeGreaterThan(small + 24 * 4 * 3)
  const limited = await fit({ memoryLimit: large - 1, max: 32, start: 8 })
  expect(limited.search?.size).toBeLessThan(32)
  expect(limited.search?.size).toBeGreaterThan(8)
})

it('an error of memory is a size that does not fit', async () => {
  const step = (rows: number) => {
    if (rows > 10) throw new RangeError('Array buffer allocation failed')
  }
  const { search, rows } = await fit({}, { step })
  expect(search?.size).toBe(10)
  expect(rows).toEqual([10, 10, 10, 10, 10, 10, 10, 10])
})

it('another error ends the run, and leaves no tensor', () =>
  expectNoTensorLeak(async () => {
    const step = () => {
      throw new Error('shapes do not match')
    }
    await expect(fit({}, { step })).rejects.toMatchObject({ plugin: 'batch-finder' })
  }))

it('where no size fits the run has the first one, with a warning', async () => {
  reports.length = 0
  const { options, step } = room(0)
  const { rows } = await fit({ ...options, start: 20 }, { step })
  expect(rows).toEqual([20, 20, 20, 20])
  expect(reports[0]).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('No batch size fits'),
  })
})

it('speed is what the clock says', async () => {
  // A step takes 10 ms, and 1 ms for each row above 16.
  let now = 0
  const step = (rows: number) => {
    now += 10 + Math.max(0, rows - 16) * 5
  }
  const options = { mode: 'throughput', clock: () => now, start: 4 } as const
  const { search } = await fit(options, { step })
  expect(search?.size).toBe(16)
  expect(search?.trials.map(({ size, rate }) => [size, Math.round(rate)])).toEqual([
    [4, 400],
    [8, 800],
    [16, 1600],
    [32, 356],
    [64, 308],
  ])
})
