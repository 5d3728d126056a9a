import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, Trainer, type TrainerOptions } from '@regimen/core'
import { lrLogger } from '@regimen/plugin-lr-logger'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CsvLoggerOptions, csvLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/stand.js'

beforeAll(() => tf.setBackend('cpu'))

/** Without a thread of its own, which takes seconds to load from source. */
const logger = (own: CsvLoggerOptions = {}) => csvLogger({ thread: false, ...own })
const module = () => {
  const w = tf.variable(tf.scalar(0))
  return {
    hparams: { optimizer: { rate: 0.125 }, name: 'line' },
    trainingStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    validationStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    testStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.125),
  }
}
const batches = (count: number) => Array.from({ length: count }, (_, at) => tf.tensor1d([at, 1]))
const data = () => ({ train: batches(2), validation: batches(1) })
const options = (rootDir: string, more: TrainerOptions = {}): TrainerOptions => {
  const shared = { rootDir, maxEpochs: 2, sanityBatches: 0, logEvery: { steps: 1 } }
  return { ...shared, plugins: [logger()], ...more }
}
const tableIn = (rootDir: string, version = 0) =>
  readFileSync(join(rootDir, `csv/version_${version}/metrics.csv`), 'utf8')
    .trimEnd()
    .split('\n')

describe('a run', () => {
  it('and its test have one table, a second run another one', async () => {
    const rootDir = temporaryFolder()
    const trainer = new Trainer(options(rootDir, { plugins: [csvLogger()] }))
    const model = module()
    await trainer.fit(model, data())
    await trainer.test(model, batches(1))
    await trainer.fit(module(), data())
    await trainer.dispose()
    const rows = tableIn(rootDir).map((line) => line.split(',').slice(0, 4).join(' '))
    expect(tableIn(rootDir)[0]).toBe('epoch,step,source,interval,loss,test_loss,val_loss')
    expect(rows.slice(1)).toEqual([
      '0 0 train step',
      '0 1 train step',
      '0 1 validation epoch',
      '0 1 train epoch',
      '1 2 train step',
      '1 3 train step',
      '1 3 validation epoch',
      '1 3 train epoch',
      expect.stringMatching(/ test epoch$/),
    ])
    expect(tableIn(rootDir, 1)).toHaveLength(9)
    const yaml = readFileSync(join(rootDir, 'csv/version_0/hparams.yaml'), 'utf8')
    expect(yaml).toContain('optimizer/rate: 0.125\nname: "line"\n')
    const lines = readFileSync(join(rootDir, 'csv/version_0/metrics.jsonl'), 'utf8').trimEnd()
    const seqs = lines.split('\n').map((line) => (JSON.parse(line) as { seq: number }).seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1))
  })

  it('tells where it writes, and others what they may know of it', async () => {
    const rootDir = temporaryFolder()
    let found: object | undefined
    const other = definePlugin({
      name: 'other',
      apply: ({ hooks, service }) =>
        hooks.fitEnd.tap('other', () => {
          found = { ...service('logger'), ...(service('logger') as object) }
        }),
    })
    const plugins = [logger({ name: 'exp/a', version: 'x' }), other]
    const trainer = new Trainer(options(rootDir, { plugins }))
    await trainer.fit(module(), data())
    await trainer.dispose()
    const logDir = join(rootDir, 'exp/a/x')
    expect(found).toMatchObject({ name: 'csv-logger', version: 'x', experiment: 'exp/a', logDir })
  })

  it('gives the learning-rate logger the logger that it asks for', async () => {
    const rootDir = temporaryFolder()
    const plugins = [logger(), lrLogger({ interval: 'epoch', requireScheduler: false })]
    const trainer = new Trainer(options(rootDir, { plugins }))
    await trainer.fit(module(), data())
    await trainer.dispose()
    const [header = '', ...rows] = tableIn(rootDir)
    const column = header.split(',').indexOf('lr-SGD')
    expect(rows.map((row) => row.split(',')[column]).filter(Boolean)).toEqual(['0.125', '0.125'])
  })

  it('that fails keeps what was logged', async () => {
    const rootDir = temporaryFolder()
    const fails = definePlugin({
      name: 'fails',
      apply: ({ hooks }) =>
        hooks.batchEnd.tap('fails', ({ step }) => {
          if (step === 3) throw new Error('broken')
        }),
    })
    const trainer = new Trainer(options(rootDir, { plugins: [logger(), fails] }))
    await expect(trainer.fit(module(), data())).rejects.toThrow('broken')
    await trainer.dispose()
    expect(tableIn(rootDir).length).toBeGreaterThanOrEqual(5)
  })

  it('goes on where the folder cannot be made, and says so once', async () => {
    const rootDir = temporaryFolder()
    writeFileSync(join(rootDir, 'csv'), 'a file')
    const reports: string[] = []
    const trainer = new Trainer(options(rootDir))
    trainer.on('report').subscribe(({ message }) => reports.push(message))
    const { stop } = await trainer.fit(module(), data())
    await trainer.dispose()
    expect(stop).toEqual({ kind: 'maxEpochs' })
    expect(reports.filter((text) => text.includes('"dir"'))).toHaveLength(1)
  })

  it('in a file with a version that is there already leaves what is there', async () => {
    const rootDir = temporaryFolder()
    mkdirSync(join(rootDir, 'csv/version_4'), { recursive: true })
    writeFileSync(join(rootDir, 'csv/version_4/metrics.csv'), 'mine')
    const plugins = [logger({ version: 4 })]
    const trainer = new Trainer(options(rootDir, { plugins }))
    await trainer.fit(module(), data())
    await trainer.dispose()
    expect(tableIn(rootDir, 4)).toEqual(['mine'])
    expect(readdirSync(join(rootDir, 'csv/version_4'))).toContain('metrics-2.csv')
  })
})
