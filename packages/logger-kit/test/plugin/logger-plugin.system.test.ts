import { definePlugin, isRegimenError, type LogRecord, Trainer } from '@regimen/core'
import { runPlugin } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { type LoggerHandle, loggerPlugin } from '../../src/index.js'
import { syncRuns } from '../../src/sync/index.js'
import { httpLogger, writer } from '../example/http-logger.js'
import { writer as dying } from '../helpers/dying-writer.js'
import { temporaryFolder } from '../helpers/folder.js'
import { httpStand } from '../helpers/http-stand.js'

const METRICS = [
  { loss: 1, val_loss: 2 },
  { loss: 0.5, val_loss: 1 },
]
const options = () => ({ rootDir: temporaryFolder() })

function weights() {
  const start = tf.scalar(1)
  const w = tf.variable(start)
  start.dispose()
  return {
    w,
    trainingStep: (x: tf.Tensor1D) => tf.mean(tf.square(tf.mul(x, w))) as tf.Scalar,
    testStep: (x: tf.Tensor1D) => tf.mean(tf.mul(x, w)) as tf.Scalar,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.01),
    hparams: { optimizer: { rate: 0.01 }, apiKey: 'never' },
  }
}

describe('a logger in a run', () => {
  it.each([true, false])(
    'carries every value with step, epoch and source; in a thread: %s',
    async (thread) => {
      const stand = await httpStand()
      const run = await runPlugin(stand.logger({ thread }), {
        metrics: METRICS,
        options: options(),
      })
      const found = stand
        .records()
        .map((record) =>
          record.kind === 'metric'
            ? [record.source, record.interval, record.epoch, record.step, record.name, record.value]
            : record.kind,
        )
      expect(found).toEqual([
        ['train', 'step', 0, 0, 'loss', 1],
        ['validation', 'epoch', 0, 0, 'val_loss', 2],
        ['train', 'epoch', 0, 0, 'loss', 1],
        ['train', 'step', 1, 1, 'loss', 0.5],
        ['validation', 'epoch', 1, 1, 'val_loss', 1],
        ['train', 'epoch', 1, 1, 'loss', 0.5],
      ])
      expect(stand.closings()).toMatchObject([{ status: 'finished' }])
      const [runId] = stand.runs()
      const own = run.reports.filter(({ plugin }) => plugin === 'http-logger')
      expect(own.map(({ message }) => message)).toEqual([
        `6 records delivered: ${stand.service.url}/runs/${runId}`,
      ])
    },
  )

  it('keeps the time at which each value was logged', async () => {
    const stand = await httpStand()
    const run = await runPlugin(stand.logger(), { metrics: METRICS, options: options() })
    const times = stand.records().map(({ time }) => time)
    expect(times).toEqual(run.records.map(({ time }) => time))
  })

  it('has the flattened hyperparameters, and no key in them', async () => {
    const stand = await httpStand()
    const trainer = new Trainer({ maxEpochs: 1, plugins: [stand.logger()], ...options() })
    await trainer.fit(weights(), { train: [tf.tensor1d([1])] })
    const parameters = stand.records().filter(({ kind }) => kind === 'parameter')
    expect(parameters).toMatchObject([
      { name: 'optimizer/rate', value: 0.01 },
      { name: 'apiKey', value: '***' },
    ])
  })

  it('ends as failed with everything delivered when a training step throws', async () => {
    const stand = await httpStand()
    const trainer = new Trainer({
      maxEpochs: 1,
      logEvery: { steps: 1 },
      plugins: [stand.logger()],
      ...options(),
    })
    let steps = 0
    const module = { ...weights() }
    const { trainingStep } = module
    module.trainingStep = (x) => {
      if (++steps === 4) throw new Error('from the user')
      return trainingStep(x)
    }
    const data = { train: [1, 2, 3, 4, 5].map((value) => tf.tensor1d([value])) }
    await expect(trainer.fit(module, data)).rejects.toThrow('from the user')
    const metrics = stand.records().filter(({ kind }) => kind === 'metric')
    expect(metrics.map(({ step }) => step)).toEqual([0, 1, 2])
    expect(stand.closings()).toMatchObject([{ status: 'failed' }])
  })

  it('ends as interrupted where the run was', async () => {
    const stand = await httpStand()
    const abort = new AbortController()
    const stopper = definePlugin({
      name: 'stopper',
      apply: ({ hooks }) => hooks.epochEnd.tap('stopper', () => abort.abort()),
    })
    const trainer = new Trainer({ maxEpochs: 5, plugins: [stand.logger(), stopper], ...options() })
    await trainer.fit(weights(), { train: [tf.tensor1d([1])] }, { signal: abort.signal })
    expect(stand.closings()).toMatchObject([{ status: 'interrupted' }])
  })

  it('begins a new run with each fit, and goes on with it in a test', async () => {
    const stand = await httpStand()
    const trainer = new Trainer({ maxEpochs: 1, plugins: [stand.logger()], ...options() })
    const data = () => [tf.tensor1d([1])]
    await trainer.fit(weights(), { train: data() })
    await trainer.test(weights(), data())
    expect(stand.runs()).toHaveLength(1)
    const seqs = stand.records().map(({ seq }) => seq)
    expect(new Set(seqs).size).toBe(seqs.length)
    expect(stand.records().at(-1)).toMatchObject({ source: 'test', name: 'test_loss' })
    await trainer.fit(weights(), { train: data() })
    expect(stand.runs()).toHaveLength(2)
    await trainer.dispose()
  })

  it('begins none for a prediction', async () => {
    const stand = await httpStand()
    const trainer = new Trainer({ plugins: [stand.logger()], ...options() })
    const module = { ...weights(), predictStep: (x: tf.Tensor1D) => x.clone() }
    for await (const output of trainer.predict(module, [tf.tensor1d([1])]))
      tf.dispose(output as tf.Tensor)
    expect(stand.service.requests).toEqual([])
  })

  it('says where it logs, and what became of the records', async () => {
    const stand = await httpStand()
    let handle: LoggerHandle | undefined
    const reader = definePlugin({
      name: 'reader',
      apply({ hooks, service }) {
        hooks.setup.tap('reader', () => {
          handle = service('logger') as LoggerHandle
        })
      },
    })
    const trainer = new Trainer({
      maxEpochs: 1,
      plugins: [stand.logger({ id: 'mine' }), reader],
      ...options(),
    })
    await trainer.fit(weights(), { train: [tf.tensor1d([1])] })
    const [runId] = stand.runs()
    expect(handle).toMatchObject({ name: 'http-logger', id: 'mine', runId, version: runId })
    expect(handle?.url).toBe(`${stand.service.url}/runs/${runId}`)
    expect(handle?.counts).toMatchObject({ rejected: 0, dropped: 0, spooled: 0 })
    expect(handle?.counts.sent).toBe(handle?.counts.logged)
  })

  it('logs beside another of its kind, each to its own place', async () => {
    const [first, second] = [await httpStand(), await httpStand()]
    const plugins = [first.logger(), second.logger({ id: 'second-logger' })]
    const trainer = new Trainer({ maxEpochs: 1, plugins, ...options() })
    await trainer.fit(weights(), { train: [tf.tensor1d([1])] })
    const plain = (stand: typeof first) => stand.records().map(({ time: _, ...rest }) => rest)
    expect(plain(first)).toEqual(plain(second))
    expect(plain(first).length).toBeGreaterThan(2)
  })

  it('leaves no tensor and no object of the caller changed', async () => {
    const stand = await httpStand()
    const before = tf.memory().numTensors
    const records: LogRecord[] = []
    const trainer = new Trainer({ maxEpochs: 1, plugins: [stand.logger()], ...options() })
    trainer.on('record').subscribe(({ record }) => records.push(structuredClone(record)))
    const module = weights()
    const batch = tf.tensor1d([1])
    await trainer.fit(module, { train: [batch] })
    tf.dispose([module.w, batch])
    expect(module.hparams).toEqual({ optimizer: { rate: 0.01 }, apiKey: 'never' })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a logger whose thread cannot be used', () => {
  it.each([
    ['is not there', new URL('./absent.js', import.meta.url), /absent/],
    ['exports no writer', new URL('../helpers/folder.ts', import.meta.url), /exports no writer/],
  ])(
    'works in the training thread where its module %s, and says so once',
    async (_, module, reason) => {
      const stand = await httpStand()
      const own = { url: stand.service.url }
      const plugin = loggerPlugin({ name: 'own-logger', module, writer, options: own })
      const run = await runPlugin(plugin, { metrics: METRICS, options: options() })
      const told = run.reports.filter(({ level, plugin }) => level === 'warn' && plugin)
      expect(told).toHaveLength(1)
      expect(told[0]?.message).toMatch(reason)
      expect(stand.records()).toHaveLength(6)
    },
  )
})

describe('a logger whose thread dies', () => {
  it('ends no run, says so, and leaves what it had to sync', async () => {
    const stand = await httpStand()
    const rootDir = temporaryFolder()
    const module = new URL('../helpers/dying-writer.ts', import.meta.url)
    const own = { url: stand.service.url }
    const plugin = loggerPlugin({ name: 'dying-logger', module, writer: dying, options: own })
    const many = Array.from({ length: 30 }, () => ({ loss: 1 }))
    const run = await runPlugin(plugin, { metrics: many, options: { rootDir } })
    expect(run.epochs).toBe(30)
    const told = run.reports.map(({ message }) => message)
    expect(told.filter((line) => line.includes('died on purpose')).length).toBeGreaterThan(0)
    const [synced] = await syncRuns(rootDir)
    expect(synced?.outcome).not.toBe('busy')
  })
})

describe('an option that cannot be used', () => {
  it.each([
    [{ id: '../x' }, '"id" is "../x"'],
    [{ id: '..' }, '"id" is ".."'],
    [{ id: '' }, '"id" is ""'],
    [{ deadlineMs: -1 }, '"deadlineMs" is -1'],
    [{ deadlineMs: Number.NaN }, '"deadlineMs" is NaN'],
    [{ maxQueue: 0 }, '"maxQueue" is 0'],
    [{ backPressure: 'block' as never }, '"backPressure" is "block"'],
    [{ thread: 1 as never }, '"thread" is 1'],
  ])('%j is refused when the logger is made', (given, text) => {
    let thrown: unknown
    try {
      httpLogger({ url: 'http://127.0.0.1:1', ...given })
    } catch (error) {
      thrown = error
    }
    expect(isRegimenError(thrown) && thrown.code).toBe('REG_OPTION_INVALID')
    expect(String(thrown)).toContain(`httpLogger: ${text}`)
  })

  it.each([
    ['http://user:hidden@127.0.0.1:1', '"url" holds a password or a key'],
    ['http://127.0.0.1:1/?api_key=hidden', '"url" holds a password or a key'],
    ['ftp://127.0.0.1/hidden', '"url" does not begin with http:// or https://'],
    ['/hidden', '"url" is no whole address'],
  ])('is refused without being shown where it is the address %s', (url, text) => {
    expect(() => httpLogger({ url, key: 'k' })).toThrow(text)
    expect(() => httpLogger({ url, key: 'k' })).not.toThrow('hidden')
  })

  it('that no other thread can be given is refused too', () => {
    const given = { url: (() => 'x') as never }
    expect(() => httpLogger(given)).toThrow('which takes plain data only')
  })
})
