import '@tensorflow/tfjs-backend-cpu'
import { join } from 'node:path'
import { definePlugin, type RecordContent } from '@regimen/core'
import { training } from '@regimen/logger-kit/testing/training'
import * as tf from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { cometLogger } from '../src/index.js'
import { comet, read } from './helpers/comet.js'
import { temporaryFolder } from './helpers/folder.js'

/** Records something of another kind after the last step. */
const recording = (...contents: RecordContent[]) =>
  definePlugin({
    name: 'recording',
    apply: ({ hooks, record }) => {
      hooks.epochEnd.tapPromise('recording', async () => {
        for (const content of contents) await record(content)
      })
    },
  })

describe('a run at Comet', () => {
  it('is one experiment with its name, tags and link, which are told at the start', async () => {
    const { fake, logger } = await comet()
    const rootDir = temporaryFolder()
    const plugin = logger({ experimentName: 'first', tags: ['a', 'b'] })
    const { trainer, fit, lines } = training({ plugins: [plugin], steps: 3, rootDir })
    await fit()
    const { experiment } = fake
    expect(experiment).toMatchObject({ workspace: 'team', project: 'mnist', name: 'first' })
    expect([...experiment.tags]).toEqual(['a', 'b'])
    expect(experiment.other('Name')).toBe('first')
    expect(experiment.other('Created from')).toBe('regimen')
    const link = `https://www.comet.com/team/mnist/${experiment.key}`
    expect(lines()[0]).toBe(`Experiment "first": ${link}`)
    expect(lines().at(-1)).toMatch(/^\d+ records delivered: http/)
    await trainer.dispose()
  })

  it('has a name that no other run has where none was given', async () => {
    const { fake, logger } = await comet()
    for (const _ of [1, 2]) {
      await training({ plugins: [logger()], steps: 1, rootDir: temporaryFolder() }).fit()
    }
    const names = fake.experiments.map(({ name }) => name)
    expect(new Set(names).size).toBe(2)
    for (const name of names) expect(name).toMatch(/^regimen-\d{8}-\d{4}-[0-9a-f]{8}$/)
  })

  it('has its parameters flattened with slashes', async () => {
    const { fake, logger } = await comet()
    const hparams = { optimizer: { name: 'adam', betas: [0.9, 0.999] }, seed: 1, note: null }
    const rootDir = temporaryFolder()
    await training({ plugins: [logger()], steps: 1, rootDir, hparams }).fit()
    const values = Object.fromEntries(
      fake.experiment.parameters.map(({ name, value }) => [name, value]),
    )
    expect(values).toMatchObject({ 'optimizer/name': 'adam', seed: '1', note: 'null' })
  })

  it('has texts, pictures, histograms, files and the graph', async () => {
    const { fake, logger } = await comet()
    const rootDir = temporaryFolder({ 'model.bin': 'weights' })
    const path = join(rootDir, 'model.bin')
    const bytes = Uint8Array.of(1, 2, 3)
    const plugins = [
      logger(),
      recording(
        { kind: 'text', name: 'note', text: 'plain' },
        { kind: 'text', name: 'page', text: '<b>one</b>', format: 'html' },
        { kind: 'text', name: 'page', text: '<b>two</b>', format: 'html' },
        { kind: 'image', name: 'picture', bytes, mime: 'image/png', width: 1, height: 1 },
        { kind: 'histogram', name: 'weights', edges: [0, 1, 2], counts: [3, 4] },
        { kind: 'artifact', name: 'model.bin', path, type: 'checkpoint', metadata: { a: 1 } },
        { kind: 'graph', format: 'text', body: 'x -> y' },
      ),
    ]
    await training({ plugins, steps: 3, rootDir }).fit()
    const { assets, html, graph } = fake.experiment
    const found = assets.map(({ fileName, type, bytes: own, query }) => [
      fileName,
      type,
      own.toString('latin1'),
      query.step,
    ])
    expect(found.sort()).toEqual([
      ['model.bin', 'model-element', 'weights', '2'],
      ['note.txt', 'text-sample', 'plain', '2'],
      ['picture.png', 'image', '\u0001\u0002\u0003', '2'],
      [
        'weights.json',
        'histogram3d',
        '{"name":"weights","step":2,"edges":[0,1,2],"counts":[3,4]}',
        '2',
      ],
    ])
    expect([html, graph]).toEqual(['<b>one</b><b>two</b>', 'x -> y'])
  })

  it('has the graph of a layers model, unless it is not wanted', async () => {
    const { fake, logger } = await comet()
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] })
    for (const logGraph of [true, false]) {
      const plugins = [logger({ logGraph })]
      const { trainer, module, train } = training({ plugins, steps: 1, rootDir: temporaryFolder() })
      await trainer.fit(Object.assign(module, { model }), { train })
    }
    const graphs = fake.experiments.map(({ graph }) => graph)
    expect(JSON.parse(graphs[0] ?? '')).toMatchObject({ class_name: 'Sequential' })
    expect(graphs[1]).toBe('')
    model.dispose()
  })

  it('has the code, the git state, versions and the load of the machine', async () => {
    const { fake, logger } = await comet()
    const script = import.meta.filename
    const all = { logCode: script, logGit: true, logEnvironment: true, logSystemMetrics: true }
    await training({ plugins: [logger(all)], steps: 3, rootDir: temporaryFolder() }).fit()
    const { code, filePath, gitMetadata, systemDetails, dependencies, systemMetrics } =
      fake.experiment
    expect(filePath).toBe(script)
    expect(code).toContain('has the code')
    expect(gitMetadata).toMatchObject({ parent: expect.stringMatching(/^[0-9a-f]{40}$/) })
    expect(systemDetails).toMatchObject({ executable: process.execPath, pid: process.pid })
    expect(dependencies).toContainEqual({ name: 'vitest', version: expect.any(String) })
    expect(systemMetrics.cpu[0]).toMatchObject({ cpuPercentUtilization: expect.any(Array) })
    expect(systemMetrics.ram[0]).toMatchObject({ totalRam: expect.any(Number) })
    expect(systemMetrics.load).toHaveLength(1)
  })

  it.each([
    ['rest', undefined, true],
    ['rest', undefined, false],
    ['sdk', 'a'.repeat(32), true],
  ] as const)('sends NaN and infinities as texts: %s', async (api, experimentKey, thread) => {
    const { fake, logger } = await comet()
    const own = { api, thread, ...(experimentKey && { experimentKey }) }
    const odd = definePlugin({
      name: 'odd',
      apply: ({ hooks, log }) => {
        hooks.batchStart.tap('odd', ({ step }) =>
          log('odd', [Number.NaN, -Infinity, -0][step] ?? 1),
        )
      },
    })
    await training({ plugins: [logger(own), odd], steps: 4, rootDir: temporaryFolder() }).fit()
    expect(fake.experiment.series('odd').map(({ value }) => value)).toEqual([
      'NaN',
      '-Infinity',
      '-0',
      '1',
    ])
  })
})

describe('how a run ends', () => {
  const failing = definePlugin({
    name: 'failing',
    apply: ({ hooks }) => {
      hooks.batchEnd.tap('failing', ({ step }) => {
        if (step === 2) throw new Error('broken')
      })
    },
  })
  const interrupting = (controller: AbortController) =>
    definePlugin({
      name: 'interrupting',
      apply: ({ hooks }) => hooks.batchEnd.tap('interrupting', () => controller.abort()),
    })

  it.each([
    ['finished', { isAlive: false, error: undefined, hasCrashed: false }],
    ['failed', { isAlive: false, error: 'The run failed.', hasCrashed: true }],
    ['interrupted', { isAlive: false, error: 'The run was interrupted.', hasCrashed: false }],
  ])('%s', async (how, status) => {
    const { fake, logger } = await comet()
    const controller = new AbortController()
    const cause = { finished: [], failed: [failing], interrupted: [interrupting(controller)] }
    const plugins = [logger(), ...cause[how as keyof typeof cause]]
    const run = training({ plugins, steps: 2, rootDir: temporaryFolder() })
    const data = { train: run.train }
    await run.trainer.fit(run.module, data, { signal: controller.signal }).catch(() => undefined)
    const { experiment } = fake
    expect(experiment.status).toEqual(status)
    expect(experiment.endTimeMillis).toBeGreaterThanOrEqual(experiment.startTimeMillis)
    expect(experiment.series('loss').length).toBeGreaterThan(0)
  })

  it('with beats while it lives, as often as Comet asks', async () => {
    const { fake, logger } = await comet({ beatMs: 20 })
    const waiting = definePlugin({
      name: 'waiting',
      apply: ({ hooks }) => {
        hooks.fitEnd.tapPromise('waiting', async () => {
          while ((fake.experiments[0]?.beats ?? 0) < 3) await new Promise(setImmediate)
        })
      },
    })
    const rootDir = temporaryFolder()
    await training({ plugins: [logger(), waiting], steps: 1, rootDir }).fit()
    expect(fake.experiment.beats).toBeGreaterThanOrEqual(3)
  })
})

describe('an experiment that exists', () => {
  it.each(['rest', 'sdk'] as const)('is gone on with by its key: %s', async (api) => {
    const { fake, logger } = await comet()
    const fit = (own: object) =>
      training({ plugins: [logger({ api, ...own })], steps: 2, rootDir: temporaryFolder() }).fit()
    await fit({ experimentName: 'first' })
    const { key, startTimeMillis } = fake.experiment
    await fit({ experimentKey: key })
    await fit({ experimentKey: key, mode: 'get' })
    expect(fake.experiment.series('loss').map(({ step }) => step)).toEqual([0, 1, 0, 1, 0, 1])
    expect(fake.experiment).toMatchObject({ name: 'first', startTimeMillis })
  })

  it.each([
    ['rest', 'get_or_create', /Comet has no experiment "a+".*take api: "sdk"/],
    ['rest', 'get', /Comet has no experiment/],
    ['sdk', 'get', /No experiment/],
  ] as const)('but does not: %s, %s', async (api, mode, expected) => {
    const { fake, logger } = await comet()
    const plugin = logger({ api, mode, experimentKey: 'a'.repeat(32) })
    const { fit, lines } = training({ plugins: [plugin], steps: 2, rootDir: temporaryFolder() })
    await fit()
    expect(fake.experiments).toEqual([])
    expect(lines().join('\n')).toMatch(expected)
  })

  it('is not made a second time: sdk, create', async () => {
    const { fake, logger } = await comet()
    const own = { api: 'sdk', mode: 'create', experimentKey: 'a'.repeat(32) } as const
    const fit = async () => {
      const run = training({ plugins: [logger(own)], steps: 2, rootDir: temporaryFolder() })
      await run.fit()
      return run.lines().join('\n')
    }
    expect(await fit()).toMatch(/records delivered/)
    expect(await fit()).toMatch(/exists/)
    expect(fake.experiment.series('loss')).toHaveLength(2)
  })

  it('is gone on with by a test after the fit', async () => {
    const { fake, logger } = await comet()
    const { trainer, module, train, fit } = training({
      plugins: [logger()],
      steps: 2,
      rootDir: temporaryFolder(),
    })
    await fit()
    const testStep = () => ({ score: 0.5 })
    await trainer.test({ ...module, testStep }, train)
    const [point] = fake.experiment.series('test_score')
    expect(point).toMatchObject({ value: '0.5', context: 'test' })
  })
})

describe('as Lightning’s CometLogger', () => {
  it('C254: api_key, workspace and project_name start one experiment; Comet chooses the key', async () => {
    const { fake, logger } = await comet()
    const plugin = logger({ apiKey: undefined, api_key: 'marker-key-0123456789abcdef' })
    await training({ plugins: [plugin], steps: 1, rootDir: temporaryFolder() }).fit()
    expect(fake.sent(/create$/).map(({ body }) => JSON.parse(body.toString()))).toEqual([
      { workspaceName: 'team', projectName: 'mnist', experimentName: expect.any(String) },
    ])
  })

  it('C255: name, step and epoch are passed on as they are; the caller’s record is not changed', async () => {
    const { fake, logger } = await comet()
    const values = Object.freeze({ test: 1, epoch: 1 })
    const record = Object.freeze({
      kind: 'metrics',
      source: 'train',
      interval: 'step',
      values,
    } as const)
    const plugins = [logger({ experiment_name: 'test' }), recording(record)]
    const run = training({ plugins, steps: 3, rootDir: temporaryFolder() })
    const positions: object[] = []
    run.trainer.hooks.record.tap('test', ({ step, epoch, time, ...own }) => {
      if (own.kind === 'metrics' && own.values === values) positions.push({ step, epoch })
    })
    await run.fit()
    expect(fake.experiment.givenName).toBe('test')
    const [point] = fake.experiment.series('test')
    expect(point).toMatchObject({ value: '1', ...positions[0] })
    expect(positions).toHaveLength(1)
    expect(fake.experiment.other('Created from')).toBe('regimen')
    expect(values).toEqual({ test: 1, epoch: 1 })
  })

  it('C257: nested hyperparameters come flattened', async () => {
    const { fake, logger } = await comet()
    const hparams = { a: { b: { c: 1 } } }
    await training({ plugins: [logger()], steps: 1, rootDir: temporaryFolder(), hparams }).fit()
    expect(fake.experiment.parameter('a/b/c')).toBe('1')
  })
})

describe('what Comet shows of a run', () => {
  it('is its metrics by context, for a client that reads', async () => {
    const { fake, logger } = await comet()
    await training({ plugins: [logger()], steps: 3, rootDir: temporaryFolder() }).fit()
    const experimentKey = fake.experiment.key
    const { values } = await read(fake, 'experiment/metrics/summary', { experimentKey })
    const names = values.map(({ name }: { name: string }) => name)
    expect(names.sort()).toEqual(['train_loss', 'train_loss_epoch'])
  })
})

it('options that cannot be used are an error at once', () => {
  expect(() => cometLogger({ apiKey: 'k', projectNam: 'x' } as object)).toThrow(
    /REG_OPTION_UNKNOWN: cometLogger: "projectNam" is not known/,
  )
  expect(() => cometLogger({ apiKey: 'k', deadlineMs: -1 })).toThrow(/REG_OPTION_INVALID/)
})
