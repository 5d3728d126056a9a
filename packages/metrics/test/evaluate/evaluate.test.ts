import { type FitData, isRegimenError, Trainer } from '@regimen/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import {
  accuracy,
  confusionMatrix,
  type EvaluateOptions,
  evaluate,
  f1,
  mse,
} from '../../src/index.js'

beforeAll(() => tf.setBackend('cpu'))

interface Labelled {
  readonly x: tf.Tensor1D
  readonly y: tf.Tensor1D
}
/** Predicts its input, as it is. */
const w = tf.variable(tf.scalar(1))
const module = {
  trainingStep: ({ x }: Labelled) => tf.mean(tf.square(tf.mul(x, w))),
  validationStep: ({ x, y }: Labelled) => ({
    loss: tf.mean(tf.squaredDifference(x, y)),
    output: tf.mul(x, 1),
  }),
  testStep: ({ x }: Labelled) => ({ output: tf.mul(x, 1) }),
  variables: () => ({ w }),
  configureOptimizers: () => tf.train.sgd(0.001),
}
/** Batches of different sizes: rows of a prediction and its target. */
const batches = (...sizes: readonly (readonly (readonly [number, number])[])[]) =>
  function* (): Generator<Labelled> {
    for (const rows of sizes)
      yield {
        x: tf.tensor1d(rows.map(([predicted]) => predicted)),
        y: tf.tensor1d(rows.map(([, target]) => target)),
      }
  }
const uneven = batches(
  [
    [0, 0],
    [1, 1],
    [1, 0],
  ],
  [[0, 1]],
)
const right = batches([[1, 1]])

async function fitted(
  options: EvaluateOptions,
  data: Partial<FitData<Labelled>> = {},
  more: object = {},
) {
  const trainer = new Trainer({ maxEpochs: 2, plugins: [evaluate(options)] })
  const records: object[] = []
  trainer.on('record').subscribe(({ record }) => records.push(record))
  const both = { train: right, validation: uneven, ...data }
  const result = await trainer.fit({ ...module, ...more }, both)
  return { ...result, records, trainer }
}

it('reports what holds for all rows, not a mean of batches, in result, history and records', async () => {
  const before = tf.memory().numTensors
  const metrics = { f1: f1(), accuracy: accuracy() }
  const { metrics: found, history, records } = await fitted({ metrics })
  // One hit of two predicted and two true; a mean of the batches' values would be (2/3 + 0) / 2.
  expect(found).toMatchObject({ val_f1: 0.5, val_accuracy: 0.5 })
  expect(history).toHaveLength(2)
  expect(history[1]).toMatchObject({ val_f1: 0.5, val_accuracy: 0.5 })
  const validations = records.filter(
    (record) => 'source' in record && record.source === 'validation',
  )
  // The sanity check reports nothing.
  expect(validations).toHaveLength(2)
  expect(tf.memory().numTensors).toBe(before)
})

it('has metrics of each loader', async () => {
  const validation = { uneven, right }
  const { metrics } = await fitted({ metrics: { f1: f1() } }, { validation })
  expect(metrics).toMatchObject({ 'val_f1/uneven': 0.5, 'val_f1/right': 1 })
})

it('reports tests, and only what it is asked for', async () => {
  const trainer = new Trainer({
    maxEpochs: 1,
    plugins: [
      evaluate({ metrics: { f1: f1() } }),
      evaluate({ metrics: { mse: mse() }, stage: 'test', id: 'tests' }),
    ],
  })
  const fit = await trainer.fit(module, { train: right, validation: right })
  expect(Object.keys(fit.metrics)).toEqual(['val_loss', 'val_f1', 'loss'])
  expect(await trainer.test(module, uneven)).toEqual({ test_f1: 0.5, test_mse: 0.5 })
})

it('is monitored as any other metric is, and leaves the metrics of the caller alone', async () => {
  const template = f1()
  const seen: number[] = []
  const trainer = new Trainer({ maxEpochs: 1, plugins: [evaluate({ metrics: { f1: template } })] })
  trainer.hooks.monitor.tapPromise('user', async ({ metrics }) => {
    seen.push(await metrics.get('val_f1'))
  })
  await trainer.fit(module, { train: right, validation: uneven })
  expect(seen).toEqual([0.5])
  expect(template.updates).toBe(0)
})

it.each<[string, object, Partial<EvaluateOptions>]>([
  ['an output with both', { output: { predictions: [1, 0], targets: [1, 1] } }, {}],
  [
    'a part of the output',
    { output: { a: [1, 0], b: [0, 0] } },
    { predictions: 'a', targets: 'z' },
  ],
  ['an item of the output', { output: [[0], tf.scalar(1)] }, { predictions: 1, select: undefined }],
  ['what select returns', {}, { select: () => ({ predictions: [1, 0], targets: [1, 1] }) }],
])('compares %s', async (_, step, options) => {
  const select =
    options.predictions === 1
      ? ({ output }: { output: unknown }) => ({
          predictions: [1, 0],
          targets: [(output as never[]).length - 1, 1],
        })
      : options.select
  const { metrics } = await fitted(
    { metrics: { accuracy: accuracy() }, ...options, select: select as never },
    { validation: () => [{ x: tf.tensor1d([0]), y: tf.tensor1d([0]), z: [1, 1] }] as never },
    { validationStep: () => step },
  )
  expect(metrics.val_accuracy).toBe(0.5)
})

it.each<[string, object, EvaluateOptions, RegExp]>([
  [
    'no output',
    { validationStep: () => ({ loss: 1 }) },
    { metrics: { f1: f1() } },
    /validationStep returned no output.*return \{ loss, output: predictions \}/,
  ],
  [
    'wrong shapes',
    {},
    { metrics: { f1: f1({ classes: 3 }) } },
    /f1: 3 of the targets are no classes: expected integers from 0 to 2/,
  ],
  [
    'a wrong shape',
    { validationStep: () => ({ output: tf.zeros([3, 2]) }) },
    { metrics: { f1: f1() } },
    /predictions have the shape \[3,2\], the targets \[3\].*classes: 10/,
  ],
  [
    'several outputs',
    { validationStep: () => ({ output: { a: tf.zeros([3]), b: tf.zeros([3]) } }) },
    { metrics: { f1: f1() } },
    /several parts, "a", "b": say which one by the option "predictions"/,
  ],
  [
    'a name that is not there',
    { validationStep: () => ({ output: { a: tf.zeros([3]) } }) },
    { metrics: { f1: f1() }, predictions: 'b' },
    /no "b"; it has "a"/,
  ],
  ['a name that is taken', {}, { metrics: { loss: f1() } }, /"val_loss" is reported already/],
  [
    'NaN',
    { validationStep: () => ({ output: tf.fill([3], Number.NaN) }) },
    { metrics: { f1: f1() } },
    /3 of the predictions are NaN/,
  ],
])('refuses %s and leaves no tensor', async (_, more, options, text) => {
  const before = tf.memory().numTensors
  const bad = batches([
    [2, 9],
    [1, 8],
    [2, 9],
  ])
  const validation = text.source.includes('3 of the targets')
    ? bad
    : batches([
        [0, 0],
        [1, 1],
        [1, 0],
      ])
  const thrown = await fitted(options, { validation }, more).catch((error: unknown) => error)
  expect(isRegimenError(thrown) && thrown.message).toMatch(text)
  expect(tf.memory().numTensors).toBe(before)
})

it('repeats an evaluation that was interrupted when the fit is resumed, with the same numbers', async () => {
  const before = tf.memory().numTensors
  const [whole, abort] = [await fitted({ metrics: { f1: f1() } }), new AbortController()]
  const plugins = () => [evaluate({ metrics: { f1: f1() } })]
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0, plugins: plugins() })
  trainer.hooks.validationBatchEnd.tap('user', () => abort.abort())
  const cut = await trainer.fit(
    module,
    { train: right, validation: uneven },
    { signal: abort.signal },
  )
  expect(cut.stop.kind).toBe('signal')
  expect(cut.metrics).not.toHaveProperty('val_f1')
  const resumed = new Trainer({ maxEpochs: 2, plugins: plugins() })
  const { metrics } = await resumed.fit(
    module,
    { train: right, validation: uneven },
    { resumeFrom: await trainer.snapshot() },
  )
  expect(metrics.val_f1).toBe(whole.metrics.val_f1)
  await Promise.all([trainer.dispose(), resumed.dispose(), whole.trainer.dispose()])
  expect(tf.memory().numTensors).toBe(before)
})

it('a confusion matrix goes to the loggers as a table and a picture, not to the metrics', async () => {
  const metrics = { confusion: confusionMatrix({ names: ['cat', 'dog'] }) }
  const { records, history } = await fitted({ metrics })
  const contents = records.filter((record) => 'name' in record && record.name === 'val_confusion')
  expect(contents).toHaveLength(4)
  expect(contents[0]).toMatchObject({
    kind: 'text',
    text: '{"type":"confusion-matrix","labels":["cat","dog"],"counts":[[1,1],[1,1]]}',
  })
  expect(contents[1]).toMatchObject({ kind: 'image', width: 97, mime: 'image/png' })
  expect(Object.keys(history[0] ?? {})).toEqual(['epoch', 'loss', 'val_loss'])
})
