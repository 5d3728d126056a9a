import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as m from '../src/index.js'

let before = 0
beforeAll(async () => {
  await tf.setBackend('cpu')
  before = tf.memory().numTensors
})
afterAll(() => {
  expect(tf.memory().numTensors).toBe(before)
})

type Update = readonly [predictions: m.Values, targets?: m.Values]

async function after(metric: m.Metric<unknown>, ...updates: readonly Update[]): Promise<unknown> {
  for (const [predictions, targets] of updates) metric.update(predictions, targets)
  return metric.compute()
}

const every: readonly m.Metric<unknown>[] = [
  m.accuracy({ classes: 3 }),
  m.confusionMatrix(),
  m.calibrationError(),
  m.iou(),
  m.auroc(),
  m.auroc({ thresholds: 5 }),
  m.averagePrecision(),
  m.mae(),
  m.r2(),
  m.spearman(),
  m.cosineSimilarity(),
  m.perplexity(),
  m.mean(),
  m.quantiles(),
]

it.each(every.map((metric) => [metric.name, metric] as const))(
  'there is no %s before the first batch, nor after a reset or an empty batch',
  async (_, metric) => {
    const none = /there is no value before the first batch/
    await expect(metric.compute()).rejects.toThrow(none)
    metric.reset()
    const shape = metric.name === 'cosineSimilarity' || metric.name === 'perplexity' ? [0, 3] : [0]
    const empty = tf.zeros(shape)
    metric.update(empty, metric.name === 'perplexity' ? tf.tidy(() => [] as number[]) : empty)
    empty.dispose()
    expect(metric.updates).toBe(0)
    await expect(metric.compute()).rejects.toThrow(none)
  },
)

describe('a wrong input is refused, and adds nothing:', () => {
  const scores = [
    [0.5, 0.25, 0.25],
    [0, 1, 0],
  ]
  it.each<[string, m.Metric<unknown>, Update, RegExp]>([
    [
      'a shape',
      m.f1({ classes: 3 }),
      [scores, [0]],
      /f1: the predictions have the shape \[2,3\], the targets \[1\]; expected scores \[…, 3\] or classes/,
    ],
    [
      'scores where one is expected',
      m.accuracy(),
      [scores, [0, 1]],
      /one probability for each target: for several classes write accuracy\({ classes: 10 }\)/,
    ],
    ['other labels', m.f1({ labels: 2 }), [scores, scores], /\[…, 2\] for both/],
    [
      'a class',
      m.f1({ classes: 3 }),
      [scores, [0, 3]],
      /1 of the targets are no classes: expected integers from 0 to 2/,
    ],
    ['half a class', m.f1({ classes: 3 }), [scores, [0.5, 1]], /1 of the targets are no classes/],
    [
      'a predicted class',
      m.f1({ classes: 3 }),
      [
        [0, 7],
        [0, 1],
      ],
      /1 of the predictions are no classes/,
    ],
    [
      'a target that is no bit',
      m.f1(),
      [
        [0.1, 0.2],
        [0, 2],
      ],
      /1 of the targets are neither 0 nor 1/,
    ],
    ['NaN', m.f1({ classes: 3 }), [[[Number.NaN, 1, 0]], [1]], /1 of the predictions are NaN/],
    [
      'NaN of regression',
      m.mse(),
      [
        [1, Number.NaN],
        [1, 1],
      ],
      /1 of the predictions are NaN/,
    ],
    [
      'a NaN target',
      m.pearson(),
      [
        [1, 2],
        [Number.NaN, 1],
      ],
      /1 of the targets are NaN/,
    ],
    ['NaN of a stream', m.mean(), [[1, Number.NaN]], /1 of the values are NaN/],
    [
      'logits',
      m.f1(),
      [
        [3, 0.2],
        [1, 0],
      ],
      /1 of the predictions are no probabilities: if they are logits, say from: 'logits'/,
    ],
    [
      'logits of classes',
      m.auroc({ classes: 3 }),
      [[[3, 1, 0]], [1]],
      /2? ?1? of the predictions are no probabilities/,
    ],
    [
      'classes without scores',
      m.auroc({ classes: 3 }),
      [
        [0, 1],
        [0, 1],
      ],
      /expected \[…, 3\] for both|expected/,
    ],
    [
      'one-hot rows that are not',
      m.f1({ classes: 3 }),
      [
        scores,
        [
          [1, 1, 0],
          [0, 1, 0],
        ],
      ],
      /1 of the targets are not one-hot/,
    ],
    [
      'other shapes',
      m.mse(),
      [[1, 2, 3], [[1, 2, 3]]],
      /the predictions have the shape \[3\], the targets \[1,3\]; expected the same shape/,
    ],
    ['no targets', m.mse(), [[1, 2]], /targets are missing/],
    [
      'ragged lists',
      m.mse(),
      [
        [[1], [2, 3]],
        [1, 2],
      ],
      /predictions are lists of different lengths/,
    ],
    ['texts', m.mse(), ['text' as never, [1]], /predictions are a value of the type string/],
  ])('%s', async (_, metric, [predictions, targets], text) => {
    expect(() => metric.update(predictions, targets)).toThrow(text)
    expect(metric.updates).toBe(0)
    expect(metric.state().values.every((value) => value === 0)).toBe(true)
  })
})

describe('options that contradict each other are refused:', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['classes and labels', () => m.f1({ classes: 3, labels: 3 }), /f1: "labels"/],
    [
      'an average of nothing',
      () => m.f1({ average: 'macro' }),
      /"average" .*"classes" or "labels" with it/,
    ],
    [
      'the best 3 of 3',
      () => m.accuracy({ classes: 3, topK: 3 }),
      /"topK" .*less than the 3 classes/,
    ],
    ['micro of classes', () => m.auroc({ classes: 3, average: 'micro' }), /"labels" with it/],
    ['a misspelt one', () => m.f1({ clases: 3 } as object), /REG_OPTION_UNKNOWN.*classes/],
  ])('%s', (_, make, text) => expect(make).toThrow(text))
})

it('targets may be int32, float32, one-hot, with an axis more, and batches as large as there are classes', async () => {
  const scores = tf.tensor2d([
    [0.6, 0.3, 0.1],
    [0.2, 0.2, 0.6],
    [0.3, 0.4, 0.3],
  ])
  const forms = [
    tf.tensor1d([0, 2, 2], 'int32'),
    tf.tensor1d([0, 2, 2]),
    tf.tensor2d([[0], [2], [2]]),
    tf.oneHot([0, 2, 2], 3),
  ]
  for (const targets of forms) {
    expect(await after(m.accuracy({ classes: 3 }), [scores, targets])).toBeCloseTo(2 / 3, 12)
    expect(await after(m.accuracy({ classes: 3 }), [[0, 2, 1], targets])).toBeCloseTo(2 / 3, 12)
  }
  tf.dispose([scores, forms])
})

it('of equal scores the lower class is better, whatever the target', async () => {
  const same = [[0.2, 0.2, 0.2, 0.2, 0.2]]
  const values = [0, 1, 2].map((target) =>
    after(m.accuracy({ classes: 5, topK: 2 }), [same, [target]]),
  )
  expect(await Promise.all(values)).toEqual([1, 1, 0])
})

describe('what has no value is NaN, and says why:', () => {
  it.each<[string, m.Metric<unknown>, Update, unknown, RegExp]>([
    [
      'auroc of one class',
      m.auroc(),
      [
        [0.1, 0.9],
        [1, 1],
      ],
      Number.NaN,
      /all targets are the same.*it is NaN/,
    ],
    [
      'auroc in bins',
      m.auroc({ thresholds: 4 }),
      [
        [0.1, 0.9],
        [0, 0],
      ],
      Number.NaN,
      /it is NaN/,
    ],
    [
      'precision without positives',
      m.averagePrecision(),
      [
        [0.1, 0.9],
        [0, 0],
      ],
      Number.NaN,
      /it is NaN/,
    ],
    [
      'all ignored',
      m.f1({ classes: 2, ignoreIndex: -1 }),
      [
        [0, 1],
        [-1, -1],
      ],
      Number.NaN,
      /every target was ignored/,
    ],
    [
      'no tokens',
      m.perplexity({ ignoreIndex: 0 }),
      [[[1, 2]], [0]],
      Number.NaN,
      /every target was ignored/,
    ],
    ['one row', m.r2(), [[1], [1]], Number.NaN, /too few rows/],
    [
      'a constant',
      m.pearson(),
      [
        [1, 1],
        [1, 2],
      ],
      Number.NaN,
      /all the same/,
    ],
    [
      'constant ranks',
      m.spearman(),
      [
        [1, 1],
        [1, 2],
      ],
      Number.NaN,
      /all the same/,
    ],
    [
      'no direction',
      m.cosineSimilarity(),
      [[[0, 0]], [[1, 2]]],
      Number.NaN,
      /1 rows have a vector of zeros/,
    ],
    [
      'a class that is not there',
      m.auroc({ classes: 3 }),
      [
        [
          [0.7, 0.2, 0.1],
          [0.2, 0.8, 0],
        ],
        [0, 1],
      ],
      1,
      /all targets of 2 are the same, which has no curve: left out of the average/,
    ],
  ])('%s', async (_, metric, update, value, notice) => {
    expect(await after(metric, update)).toBe(value)
    expect(metric.notice).toMatch(notice)
    metric.reset()
    expect(metric.notice).toBeUndefined()
  })
})

it('where all targets are the same, r2 is 1 if they are met and else 0', async () => {
  expect(
    await after(m.r2(), [
      [2, 2],
      [2, 2],
    ]),
  ).toBe(1)
  expect(
    await after(m.r2(), [
      [2, 3],
      [2, 2],
    ]),
  ).toBe(0)
})

it('large values with a small spread lose nothing', async () => {
  const targets = [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]
  const predictions = [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 2]
  const batches = targets.map((target, index) => [[predictions[index] ?? 0], [target]] as const)
  expect(await after(m.r2(), ...batches)).toBeCloseTo(1 - 1 / 5, 12)
  const times = m.quantiles()
  times.update([1.7e12 + 1])
  times.update(Float64Array.of(1.7e12 + 2, 1.7e12 + 3))
  expect(await times.compute()).toEqual([1.7e12 + 2])
})

it('counts are exact beyond what float32 can count', async () => {
  const metric = m.accuracy()
  metric.update([1], [1])
  const { values, ...rest } = metric.state()
  metric.restore({ ...rest, values: values.map((count) => count * 2 ** 24) })
  metric.update([1], [1])
  metric.update([1], [0])
  expect(metric.state().values.at(-1)).toBe(2 ** 24 + 2)
  expect(await metric.compute()).toBe((2 ** 24 + 1) / (2 ** 24 + 2))
})

it('a batch that is too large to be counted at once is counted in parts', async () => {
  const rows = Array.from({ length: 5000 }, (_, index) => index)
  const scores = rows.map((row) => ((row * 7919) % 5000) / 5000)
  const targets = rows.map((row) => (row % 3 === 0 ? 1 : 0))
  const [whole, halves] = [m.auroc({ thresholds: 1000 }), m.auroc({ thresholds: 1000 })]
  whole.update(scores, targets)
  for (const from of [0, 2500])
    halves.update(scores.slice(from, from + 2500), targets.slice(from, from + 2500))
  expect(whole.state().values).toEqual(halves.state().values)
})

it('the state of another metric is refused', () => {
  const { kind, ...rest } = m.f1({ classes: 3 }).state()
  expect(() => m.f1({ classes: 4 }).restore({ kind, ...rest })).toThrow(
    /f1: the saved state is of counts of multiclass 3; expected counts of multiclass 4/,
  )
})

it('windows forget, and their state is restored', async () => {
  const mean = m.mean({ window: 3 })
  for (let value = 1; value <= 20; value++) mean.update(value)
  expect(await mean.compute()).toBe(19)
  const other = m.mean({ window: 3 })
  other.restore(mean.state())
  other.update([30])
  expect(await other.compute()).toBe((19 + 20 + 30) / 3)
})

it('combined metrics are updated together, and something can be made of them', async () => {
  const both = m.combined({ p: m.precision(), r: m.recall() })
  both.update([0.9, 0.8, 0.1], [1, 0, 1])
  expect(await both.compute()).toEqual({ p: 0.5, r: 0.5 })
  const other = m.combined({ p: m.precision(), r: m.recall() }, ({ p, r }) => p + r)
  other.restore(both.state())
  expect(await other.compute()).toBe(1)
})
