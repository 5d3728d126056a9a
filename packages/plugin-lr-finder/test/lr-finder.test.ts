import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  definePlugin,
  type LogRecord,
  type PluginEntry,
  type Report,
  type Snapshot,
  Trainer,
} from '@regimen/core'
import { arrayLoader } from '@regimen/data'
import { constant, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LrFinderOptions, lrFinder, type RangeTest } from '../src/index.js'

const rootDir = mkdtempSync(join(tmpdir(), 'lr-finder-'))
beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterAll(() => rmSync(rootDir, { recursive: true }))

const reports: Report[] = []
const collector = definePlugin({
  name: 'collector',
  apply: ({ provide }) => provide('reporter', { report: (one) => void reports.push(one) }),
})
type Batch = { readonly x: tf.Tensor; readonly y: tf.Tensor }

const loader = () =>
  arrayLoader(
    {
      x: Array.from({ length: 24 }, (_, n) => n / 24),
      y: Array.from({ length: 24 }, (_, n) => n / 8),
    },
    { batchSize: 4, shuffle: true, seed: 3 },
  )

interface Fit {
  readonly plugins?: PluginEntry
  readonly optimizer?: () => tf.Optimizer
  readonly train?: unknown
  readonly resumeFrom?: Snapshot
  readonly maxEpochs?: number
  readonly loss?: (loss: tf.Tensor, w: tf.Variable) => tf.Tensor
}

/** A fit of y = w x with a statistic, and what is left of it. */
async function fit({
  plugins,
  optimizer = () => tf.train.adam(0.05),
  train,
  resumeFrom,
  ...more
}: Fit) {
  const { maxEpochs = 2, loss = (value: tf.Tensor) => value } = more
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const mean = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const rates: number[] = []
  let own: tf.Optimizer | undefined
  const module = {
    trainingStep: ({ x, y }: Batch) => {
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mean(x)))
      return loss(tf.mean(tf.squaredDifference(y, tf.mul(x, w))), w)
    },
    variables: () => ({ w, mean }),
    configureOptimizers: optimizer,
  }
  const trainer = new Trainer({ maxEpochs, rootDir, plugins: [collector, plugins] })
  const records: LogRecord[] = []
  trainer.on('record').subscribe(({ record }) => void records.push(record))
  trainer.hooks.setup.tap('test', ({ run }) => {
    own = run.optimizers.main
  })
  trainer.hooks.stepStart.tap('test', () => {
    rates.push((own as unknown as { learningRate: number }).learningRate)
  })
  const data = { train: (train ?? loader()) as Iterable<Batch> }
  try {
    const { history } = await trainer.fit(module, data, resumeFrom && { resumeFrom })
    const snapshot = await trainer.snapshot()
    const rate = (own as unknown as { learningRate: number }).learningRate
    return { history, snapshot, rates, rate, records }
  } finally {
    await trainer.dispose()
    tf.dispose([w, mean])
  }
}

/** The same with a test, and what it found. */
async function tested(options: LrFinderOptions, more: Fit = {}) {
  let test: RangeTest | undefined
  reports.length = 0
  const onResult = (found: RangeTest) => {
    test = found
  }
  const finder = lrFinder({ min: 1e-4, max: 10, steps: 40, picture: false, onResult, ...options })
  const found = await fit({ ...more, plugins: [more.plugins, finder] })
  return { ...found, test }
}

describe('a run that is tested before', () => {
  it.each<[string, Fit]>([
    ['with Adam', {}],
    ['with SGD', { optimizer: () => tf.train.sgd(0.1) }],
    ['with momentum', { optimizer: () => tf.train.momentum(0.1, 0.9) }],
    ['with a loader per epoch', { train: loader }],
  ])('%s has the bits of one that is not', (_, how) =>
    expectNoTensorLeak(async () => {
      const plain = await fit(how)
      const { test, ...found } = await tested({}, how)
      expect(test?.points.length).toBeGreaterThan(11)
      expect(found.history).toEqual(plain.history)
      expect(found.snapshot.tensors).toEqual(plain.snapshot.tensors)
      expect(found.snapshot.meta.loaders).toEqual(plain.snapshot.meta.loaders)
      expect(found.snapshot.meta.position).toEqual(plain.snapshot.meta.position)
      expect(found.rates).toEqual(plain.rates)
    }),
  )

  it('with one optimizer for all runs has them too', async () => {
    const one = tf.train.adam(0.05)
    const two = tf.train.adam(0.05)
    const plain = await fit({ optimizer: () => one })
    const { test, ...found } = await tested({}, { optimizer: () => two })
    expect(test?.suggestion).toBeDefined()
    expect(found.history).toEqual(plain.history)
    expect(found.snapshot.tensors).toEqual(plain.snapshot.tensors)
    one.dispose()
    two.dispose()
  })

  it('leaves Math.random alone, and finds the same each time', async () => {
    const { random } = Math
    const noisy: Fit = { loss: (value) => tf.add(value, Math.random()) }
    const [first, second] = [await tested({}, noisy), await tested({}, noisy)]
    expect(Math.random).toBe(random)
    expect(first.test).toEqual(second.test)
  })

  it('needs data that can be used again', async () => {
    const once = (function* () {
      yield { x: tf.tensor1d([1]), y: tf.tensor1d([1]) }
    })()
    await expect(tested({}, { train: once })).rejects.toMatchObject({ code: 'REG_DATA_INVALID' })
  })
})

describe('the test', () => {
  it('has rates from the first to the last, and a suggestion between them', async () => {
    const { test } = await tested({ max: 0.5 })
    const rates = test?.points.map(({ rate }) => rate) ?? []
    expect(rates).toHaveLength(40)
    expect([rates[0], rates.at(-1)]).toEqual([1e-4, 0.5])
    expect(rates).toContain(test?.suggestion)
    expect(reports.map(({ message }) => message).join()).toContain('falls most steeply at')
  })

  it('ends where the loss diverges', async () => {
    const { test, history } = await tested(
      { max: 1e4, smoothing: 0 },
      { optimizer: () => tf.train.sgd(0.1) },
    )
    expect(test?.ended).toBe('diverged')
    expect(test?.points.length).toBeLessThan(40)
    expect(history).toHaveLength(2)
  })

  it('ends at NaN, and the run does not', async () => {
    const { test, history } = await tested(
      { stop: Number.POSITIVE_INFINITY, max: 100 },
      {
        loss: (value, w) => tf.add(value, tf.mul(0, tf.log(tf.sub(2, w)))),
        optimizer: () => tf.train.sgd(0.01),
      },
    )
    expect(test?.ended).toBe('not finite')
    expect(history).toHaveLength(2)
  })

  it('that suggests nothing warns', async () => {
    const { test } = await tested({ steps: 5 })
    expect(test?.suggestion).toBeUndefined()
    expect(reports.map(({ level }) => level)).toEqual(['warn'])
  })

  it('knows the optimizers that there are', async () => {
    await expect(tested({ optimizer: 'maim' })).rejects.toThrow(
      '"optimizer" is "maim", which does not exist; expected one of "main". Did you mean "main"?',
    )
  })

  it('that fails leaves everything as it was', () =>
    expectNoTensorLeak(async () => {
      let calls = 0
      const failing: Fit = {
        loss: (value) => {
          if (++calls === 3) throw new Error('no')
          return value
        },
      }
      await expect(tested({}, failing)).rejects.toMatchObject({ plugin: 'lr-finder' })
    }))
})

describe('with apply', () => {
  it('the run trains with the suggestion, and the optimizer has its rate back', async () => {
    const { test, rates, rate } = await tested({ apply: true })
    expect(new Set(rates)).toEqual(new Set([test?.suggestion]))
    expect(rate).toBe(0.05)
  })

  it('it is the base of schedules', async () => {
    const plugins = lrScheduler({ schedule: constant({ factor: 0.5 }) })
    const { test, rates } = await tested({ apply: true }, { plugins })
    expect(new Set(rates)).toEqual(new Set([Number(test?.suggestion) / 2]))
  })

  it('a resumed run keeps it, and is not tested anew', async () => {
    const whole = await tested({ apply: true }, { maxEpochs: 3 })
    const first = await tested({ apply: true }, { maxEpochs: 1 })
    const second = await tested({ apply: true }, { maxEpochs: 3, resumeFrom: first.snapshot })
    expect(second.test).toBeUndefined()
    expect(second.rates).toEqual(whole.rates.slice(first.rates.length))
    expect(second.snapshot.tensors).toEqual(whole.snapshot.tensors)
  })
})

describe('the curve', () => {
  it('is drawn in a folder of its own, and recorded', async () => {
    const { records } = await tested({ picture: true })
    const artifact = records.find(({ kind }) => kind === 'artifact')
    const path = artifact?.kind === 'artifact' ? artifact.path : ''
    expect(path).toBe(join(rootDir, 'lr-finder', 'version_0', 'lr-finder.svg'))
    expect(readFileSync(path, 'utf8')).toMatch(/^<svg /)
    const table = records.find((record) => record.kind === 'text' && record.name === 'lr_finder')
    expect(table?.kind === 'text' && table.text.split('\n').length).toBeGreaterThan(12)
  })

  it('that cannot be written is a warning', async () => {
    const file = join(rootDir, 'taken')
    writeFileSync(file, '')
    const logger = definePlugin({
      name: 'logger',
      apply: ({ provide }) => provide('logger', Object.assign({ name: 'test' }, { logDir: file })),
    })
    const { history } = await tested({ picture: true }, { plugins: logger })
    expect(history).toHaveLength(2)
    expect(reports.at(-1)?.message).toMatch(/^The curve could not be written: /)
  })
})
