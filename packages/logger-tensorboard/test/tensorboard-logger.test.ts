import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, type PluginEntry, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type TensorboardLoggerOptions, tensorboardLogger } from '../src/index.js'
import { type ReadEvent, readEvents } from './helpers/read-events.js'
import { temporaryFolder } from './helpers/stand.js'

beforeAll(() => tf.setBackend('cpu'))

/** Without a thread of its own, which takes seconds to load from source. */
const logger = (own: TensorboardLoggerOptions = {}) => tensorboardLogger({ thread: false, ...own })
const lineModule = () => {
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  return {
    w,
    hparams: { rate: 0.125 },
    trainingStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    validationStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.125),
  }
}
const batches = (count: number) => Array.from({ length: count }, () => tf.tensor1d([1, 2]))

/** Trains for two epochs of four batches, with one batch to validate. */
async function fit(rootDir: string, ...plugins: PluginEntry[]): Promise<void> {
  const module = lineModule()
  const shared = { rootDir, maxEpochs: 2, sanityBatches: 0, logEvery: { steps: 1 } }
  const trainer = new Trainer({ ...shared, plugins })
  const [train, validation] = [batches(4), batches(1)]
  await trainer.fit(module, { train, validation })
  await trainer.dispose()
  tf.dispose([train, validation, module.w])
}

function eventsIn(rootDir: string, version: string | number = 'version_0'): ReadEvent[] {
  const folder = join(rootDir, `tensorboard/${version}`)
  return readdirSync(folder).flatMap((name) => readEvents(readFileSync(join(folder, name))))
}
const stepsOf = (events: readonly ReadEvent[], tag: string) =>
  events.filter(({ values }) => values.some((value) => value.tag === tag)).map(({ step }) => step)

describe('a run', () => {
  it('has its metrics, its hyperparameters and how it ended', async () => {
    const rootDir = temporaryFolder()
    const logged: number[] = []
    const listener = definePlugin({
      name: 'listener',
      apply: ({ id, hooks }) =>
        hooks.record.tap(id, ({ time }) => void logged.push(Math.round(time))),
    })
    await fit(rootDir, tensorboardLogger(), listener)
    const events = eventsIn(rootDir)
    expect(stepsOf(events, 'loss')).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(stepsOf(events, 'loss_epoch')).toEqual([3, 7])
    expect(stepsOf(events, 'val_loss')).toEqual([3, 7])
    expect(stepsOf(events, '_hparams_/session_start_info')).toHaveLength(1)
    expect(stepsOf(events, '_hparams_/session_end_info')).toHaveLength(1)
    const losses = events.filter(({ values }) => values.some(({ tag }) => tag === 'loss'))
    expect(losses).toHaveLength(8)
    for (const { wallTime } of losses) expect(logged).toContain(Math.round(wallTime * 1000))
  })

  it('has no histogram and no graph unless there is something to show', async () => {
    const rootDir = temporaryFolder()
    await fit(rootDir, logger())
    const events = eventsIn(rootDir)
    const plugins = new Set(events.flatMap(({ values }) => values.map(({ plugin }) => plugin)))
    expect(plugins).toEqual(new Set(['hparams', 'scalars', undefined]))
    expect(events.every(({ graph }) => graph === undefined)).toBe(true)
  })
})

describe('histograms', () => {
  it.each([
    [{ every: { steps: 3 } }, [2, 5]],
    [{ every: { epochs: 1 } }, [3, 7]],
    [{ every: { epochs: 0.5 } }, [1, 3, 5, 7]],
  ])('with %j are logged at the steps %j', async (histograms, expected) => {
    const rootDir = temporaryFolder()
    await expectNoTensorLeak(() => fit(rootDir, logger({ histograms })))
    const events = eventsIn(rootDir)
    expect(stepsOf(events, 'weights/w')).toEqual(expected)
    expect(stepsOf(events, 'gradients/w')).toEqual(expected)
  })

  it('are those of the step: its gradients, and the weights after it', async () => {
    const rootDir = temporaryFolder()
    await fit(rootDir, logger({ histograms: { every: { steps: 1 } } }))
    const rowOf = (tag: string, step: number) => {
      const event = eventsIn(rootDir).find((one) => one.step === step && one.values[0]?.tag === tag)
      return event?.values[0]?.doubles
    }
    // The loss is 2.5 (1 - w)², so that its gradient at 0 is -5 and a step of 0.125 ends at 0.625.
    expect(rowOf('gradients/w', 0)).toEqual([-5.5, -4.5, 1])
    expect(rowOf('weights/w', 0)).toEqual([0.125, 1.125, 1])
    expect(rowOf('gradients/w', 1)).toEqual([-2.375, -1.375, 1])
  })

  it.each([
    [{ weights: false }, ['gradients/w']],
    [{ gradients: false }, ['weights/w']],
  ])('with %j are of %j', async (more, expected) => {
    const rootDir = temporaryFolder()
    const histograms = { every: { steps: 4 }, ...more }
    await fit(rootDir, logger({ histograms }))
    const tags = eventsIn(rootDir).flatMap(({ values }) => values.map(({ tag }) => tag))
    expect([...new Set(tags.filter((tag) => tag.includes('/w')))]).toEqual(expected)
  })

  it('have as many bins as asked for, which count every weight', async () => {
    const rootDir = temporaryFolder()
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 9, inputShape: [2] })] })
    const optimizer = () => tf.train.sgd(0.1)
    const module = layersModule(model, { loss: 'meanSquaredError', optimizer })
    const histograms = { every: { epochs: 1 }, bins: 5 }
    const trainer = new Trainer({
      rootDir,
      maxEpochs: 1,
      plugins: [logger({ histograms })],
    })
    await trainer.fit(module, { train: [{ x: tf.ones([3, 2]), y: tf.ones([3, 9]) }] })
    await trainer.dispose()
    model.dispose()
    const values = eventsIn(rootDir).flatMap((event) => event.values)
    const { doubles = [] } = values.find(({ tag }) => /^weights\/.+kernel$/.test(tag)) ?? {}
    expect(doubles).toHaveLength(15)
    expect(doubles.filter((_, at) => at % 3 === 2).reduce((sum, count) => sum + count)).toBe(18)
  })
})

describe('the graph', () => {
  it.each([true, false])('of a layers model is there where graph is %s', async (graph) => {
    const rootDir = temporaryFolder()
    const layers = [tfl.layers.dense({ units: 1, inputShape: [2], name: 'only' })]
    const model = tfl.sequential({ layers })
    const optimizer = () => tf.train.sgd(0.1)
    const module = layersModule(model, { loss: 'meanSquaredError', optimizer })
    const trainer = new Trainer({ rootDir, maxEpochs: 1, plugins: [logger({ graph })] })
    await trainer.fit(module, { train: [{ x: tf.ones([3, 2]), y: tf.ones([3, 1]) }] })
    await trainer.dispose()
    model.dispose()
    const graphs = eventsIn(rootDir).flatMap((event) => event.graph ?? [])
    expect(graphs.map((bytes) => Buffer.from(bytes).includes('only'))).toEqual(graph ? [true] : [])
  })
})

describe('a run that is gone on with', () => {
  it('in the folder of the first begins a new file, with what its checkpoint had not recorded', async () => {
    const rootDir = temporaryFolder()
    const options = { rootDir, maxEpochs: 2, sanityBatches: 0, logEvery: { steps: 1 } }
    const plugins = [logger({ version: 'one' })]
    const first = new Trainer({ ...options, plugins })
    const abort = new AbortController()
    let snapshot: Awaited<ReturnType<typeof first.snapshot>> | undefined
    first.hooks.batchEnd.tapPromise('test', async ({ step }) => {
      if (step === 3) snapshot = await first.snapshot()
      if (step === 5) abort.abort()
    })
    await first.fit(lineModule(), { train: batches(4) }, { signal: abort.signal })
    await first.dispose()
    const second = new Trainer({ ...options, plugins: [logger({ version: 'one' })] })
    await second.fit(lineModule(), { train: batches(4) }, { resumeFrom: snapshot as never })
    await second.dispose()
    expect(readdirSync(join(rootDir, 'tensorboard/one'))).toHaveLength(2)
    // In batchEnd the third batch is not recorded yet, so that the second run records it first.
    expect(stepsOf(eventsIn(rootDir, 'one'), 'loss')).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7])
  })
})
