import '@tensorflow/tfjs-backend-cpu'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { syncRuns } from '@regimen/logger-kit/sync'
import { recording, training } from '@regimen/logger-kit/testing/training'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { writer } from '../src/writer.js'
import { temporaryFolder } from './helpers/folder.js'
import { mlflow } from './helpers/mlflow.js'

const writers = { 'mlflow-logger': writer }
const pointsOf = ({ points }: { points: ReadonlyMap<string, object> }) =>
  [...points.values()].map((point) => {
    const { key, step, value } = point as { key: string; step: number; value: number }
    return [key, step, value] as const
  })

describe('a run at MLflow', () => {
  it('has name, tags, description, parameters and values, and is finished', async () => {
    const { fake, logger } = await mlflow()
    const plugin = logger({
      experimentName: 'digits',
      runName: 'first',
      tags: { team: 'vision' },
      description: '**why**',
      prefix: 'a',
    })
    const hparams = { optimizer: { name: 'adam', betas: [0.9, 0.99] }, seed: 1, note: null }
    const run = training({ plugins: [plugin], rootDir: temporaryFolder(), hparams })
    await run.fit()
    expect(fake.store.experiments.get(fake.run.experimentId)?.name).toBe('digits')
    expect(fake.run).toMatchObject({ name: 'first', status: 'FINISHED' })
    expect(Object.fromEntries(fake.run.tags)).toMatchObject({
      team: 'vision',
      'mlflow.note.content': '**why**',
      'mlflow.runName': 'first',
    })
    expect(Object.fromEntries(fake.run.params)).toMatchObject({
      'optimizer/name': 'adam',
      'optimizer/betas': '[0.9,0.99]',
      seed: '1',
      note: 'null',
    })
    expect(pointsOf(fake.run)).toEqual([
      ['a-loss', 0, 0],
      ['a-loss', 1, 1],
      ['a-loss', 2, 2],
      ['a-loss_epoch', 2, 1],
    ])
    const place = `${fake.url}/#/experiments/${fake.run.experimentId}/runs/${fake.run.id}`
    expect(run.lines()[0]).toBe(`Run "first": ${place}`)
    expect(run.logger()).toMatchObject({ version: fake.run.id, url: place })
  })

  it('says who trains, by which script and commit, unless that is switched off', async () => {
    const { fake, logger } = await mlflow()
    const plugins = [logger({ logSource: true })]
    await training({ plugins, rootDir: temporaryFolder() }).fit()
    const { tags } = fake.run
    expect(tags.get('mlflow.source.name')).toBe(process.argv[1])
    expect(tags.get('mlflow.source.type')).toBe('LOCAL')
  })

  it('has texts, pictures, histograms, files and the graph as artifacts', async () => {
    const { fake, logger } = await mlflow()
    const rootDir = temporaryFolder({ 'model.bin': 'weights' })
    const path = join(rootDir, 'model.bin')
    const image = { mime: 'image/png', width: 1, height: 1, bytes: Uint8Array.of(1, 2) } as const
    const more = recording(
      { kind: 'text', name: 'note', text: 'one' },
      { kind: 'text', name: 'note', text: 'two', format: 'markdown' },
      { kind: 'image', name: 'val/picture', ...image },
      { kind: 'histogram', name: 'w', edges: [0, 1, 2], counts: [3, 4] },
      { kind: 'artifact', name: 'models/épic model.bin', path, type: 'model' },
      { kind: 'artifact', name: '../outside', path, type: 'model' },
      { kind: 'graph', format: 'text', body: 'x -> y' },
    )
    const run = training({ plugins: [logger(), more], rootDir })
    await run.fit()
    const found = [...fake.run.artifacts].map(([name, bytes]) => [
      name.replace(/step-2-\d+-\d+/, '…'),
      bytes.toString(),
    ])
    expect(found).toEqual([
      ['texts/note/….txt', 'one'],
      ['texts/note/….md', 'two'],
      ['images/val/picture/….png', '\x01\x02'],
      ['histograms/w/….json', '{"name":"w","step":2,"edges":[0,1,2],"counts":[3,4]}'],
      ['models/épic model.bin', 'weights'],
      ['graph.txt', 'x -> y'],
    ])
    expect(run.logger()?.counts.rejected).toBe(1)
    expect(run.lines().join()).toContain('No artifact "../outside"')
  })

  it.each([
    ['failed', 'FAILED', () => Promise.reject(new Error('broken'))],
    ['interrupted', 'KILLED', (controller: AbortController) => controller.abort()],
  ] as const)('that %s is %s', async (_, status, end) => {
    const { fake, logger } = await mlflow()
    const controller = new AbortController()
    const run = training({ plugins: [logger()], rootDir: temporaryFolder() })
    const train = async function* () {
      yield tf.tensor1d([1])
      yield tf.tensor1d([1])
      await end(controller)
      yield tf.tensor1d([1])
    }
    const { signal } = controller
    await run.trainer.fit(run.module, { train }, { signal }).catch(() => undefined)
    expect(fake.run.status).toBe(status)
  })

  it('is continued by a test, and finished again', async () => {
    const { fake, logger } = await mlflow()
    const { trainer, module, train, fit } = training({
      plugins: [logger()],
      rootDir: temporaryFolder(),
    })
    await fit()
    await trainer.test(module, train)
    expect(
      pointsOf(fake.run)
        .map(([name]) => name)
        .at(-1),
    ).toBe('test_loss')
    const statuses = fake.sent('runs/update').map(({ status }) => status)
    expect(statuses).toEqual(['FINISHED', 'RUNNING', 'FINISHED'])
  })
})

describe('values that MLflow does not take as they are', () => {
  it('NaN, infinities and -0 are sent as the JSON of Protocol Buffers has them', async () => {
    const { fake, logger } = await mlflow()
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308]
    const metrics = (step: number) => ({ odd: odd[step] ?? 0 })
    await training({ plugins: [logger()], steps: 5, rootDir: temporaryFolder(), metrics }).fit()
    const found = pointsOf(fake.run).filter(([name]) => name === 'odd')
    expect(found.map(([, , value]) => value)).toEqual(odd)
  })

  it('a name is refused, said once and counted, and everything beside it arrives', async () => {
    const { fake, logger } = await mlflow()
    const metrics = () => ({ 'acc@1': 1, 'a//b': 1, good: 1 })
    const hparams = { lr$: 1, ok: 2 }
    const run = training({ plugins: [logger()], rootDir: temporaryFolder(), metrics, hparams })
    await run.fit()
    expect(new Set(pointsOf(fake.run).map(([name]) => name))).toEqual(
      new Set(['loss', 'good', 'loss_epoch', 'good_epoch']),
    )
    expect([...fake.run.params]).toEqual([['ok', '2']])
    // Two names at three steps and their means, one parameter.
    expect(run.logger()?.counts.rejected).toBe(9)
    const said = run.lines().filter((line) => line.includes('"acc@1"'))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('MLflow allows letters')
  })

  it.each([
    ['at 6,000 characters', 6000, false, 6000],
    ['at 500, which it refuses', 500, false, 500],
    ['at 500, which it cuts without a word', 500, true, 500],
  ])(
    'a long parameter is whole in an artifact, for a server that ends %s',
    async (_, limit, cuts, kept) => {
      const { fake, logger } = await mlflow()
      Object.assign(fake.store, { parameterLimit: limit, cutsParameters: cuts })
      const text = 'ü'.repeat(7000)
      const hparams = { prompt: text, short: 'a' }
      const run = training({ plugins: [logger()], rootDir: temporaryFolder(), hparams })
      await run.fit()
      expect(fake.run.params.get('prompt')).toHaveLength(kept)
      expect(fake.run.params.get('short')).toBe('a')
      expect(fake.run.artifacts.get('params/prompt.txt')?.toString()).toBe(text)
      const said = run.lines().filter((line) => line.includes('has 7000 characters'))
      expect(said).toHaveLength(1)
      expect(run.logger()?.counts.rejected).toBe(0)
    },
  )

  it('a parameter that changes is refused, and those beside it arrive', async () => {
    const { fake, logger } = await mlflow()
    const rootDir = temporaryFolder()
    await training({ plugins: [logger()], rootDir, hparams: { a: 1, b: 1 } }).fit()
    const own = logger({ runId: fake.run.id })
    const run = training({ plugins: [own], rootDir, hparams: { a: 2, b: 1, c: 1 } })
    await run.fit()
    expect(Object.fromEntries(fake.run.params)).toEqual({ a: '1', b: '1', c: '1' })
    expect(run.lines().join()).toContain('Changing param values is not allowed')
  })

  it('files are refused where the server does not take them, with what to do', async () => {
    const { fake, logger } = await mlflow()
    fake.store.artifactRoot = 's3://bucket/'
    const more = recording({ kind: 'text', name: 'note', text: 'one' })
    const run = training({ plugins: [logger(), more], rootDir: temporaryFolder() })
    await run.fit()
    expect(run.lines().join()).toMatch(/in "s3".*--serve-artifacts/)
    expect(run.logger()?.counts).toMatchObject({ rejected: 1, sent: 4 })
  })

  it('many values are sent in requests that MLflow takes', async () => {
    const { fake, logger } = await mlflow()
    const many = Array.from({ length: 300 }, (_, at) => [`ü${'m'.repeat(200)}${at}`, at])
    const metrics = () => Object.fromEntries(many)
    const hparams = Object.fromEntries(many.map(([name], at) => [name, `${at}${'v'.repeat(5000)}`]))
    const run = training({
      plugins: [logger()],
      steps: 10,
      rootDir: temporaryFolder(),
      metrics,
      hparams,
    })
    await run.fit()
    expect(fake.run.points.size).toBe(301 * 11)
    expect(fake.run.params.size).toBe(300)
    expect(run.logger()?.counts).toMatchObject({ rejected: 0, retries: 0 })
  })
})

describe('a fit that resumes from a checkpoint', () => {
  it('continues the run', async () => {
    const { fake, logger } = await mlflow()
    const rootDir = temporaryFolder()
    const first = training({ plugins: [logger()], rootDir })
    await first.fit()
    const snapshot = await first.trainer.snapshot()
    const options = { maxEpochs: 2 }
    const second = training({ plugins: [logger()], rootDir, options })
    await second.trainer.fit(second.module, { train: second.train }, { resumeFrom: snapshot })
    expect(fake.run.status).toBe('FINISHED')
    const steps = pointsOf(fake.run)
      .filter(([name]) => name === 'loss')
      .map(([, step]) => step)
    expect(steps).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('continues the run that a server made which was away until then', async () => {
    const { fake, logger } = await mlflow()
    const rootDir = temporaryFolder()
    await fake.service.down()
    const first = training({ plugins: [logger({ deadlineMs: 50 })], rootDir })
    await first.fit()
    const snapshot = await first.trainer.snapshot()
    await fake.service.up()
    const second = training({ plugins: [logger()], rootDir, options: { maxEpochs: 2 } })
    await second.trainer.fit(second.module, { train: second.train }, { resumeFrom: snapshot })
    await syncRuns(rootDir, { writers })
    // What the first one left was delivered too, and did not end the run again.
    expect(fake.run.status).toBe('FINISHED')
    const steps = pointsOf(fake.run)
      .filter(([name]) => name === 'loss')
      .map(([, step]) => step)
    expect(steps.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('a run that cannot be opened', () => {
  it.each([
    ['a run that does not exist', { runId: 'f'.repeat(32) }, /no run "ffff.*continued/],
    ['an experiment that is deleted', { experimentName: 'old' }, /"old" is deleted.*restore/],
  ])('keeps everything on disk: %s', async (_, own, text) => {
    const { fake, logger } = await mlflow()
    fake.store.experiments.set('7', { name: 'old', isDeleted: true })
    const run = training({ plugins: [logger(own)], rootDir: temporaryFolder() })
    await run.fit()
    expect(run.lines().join()).toMatch(text)
    expect(run.logger()?.counts.spooled).toBe(4)
  })
})

describe('keys', () => {
  const password = 'marker-password-012345'
  const pair = Buffer.from(`me:${password}`).toString('base64')

  it.each([
    ['a user and a password', { username: 'me', password }, `Basic ${pair}`],
    ['a token', { token: password }, `Bearer ${password}`],
  ])('are where MLflow wants them and in no file, line or object: %s', async (_, own, header) => {
    const { fake, logger } = await mlflow(header)
    const rootDir = temporaryFolder()
    fake.service.fail('apply-then-drop', { path: /log-batch/ })
    const plugin = logger(own)
    const run = training({ plugins: [plugin], rootDir, hparams: { note: `k=${password}` } })
    await run.fit()
    expect(fake.run.status).toBe('FINISHED')
    await fake.service.down()
    const later = training({ plugins: [logger({ ...own, deadlineMs: 50 })], rootDir })
    await later.fit()
    const texts = [
      ...run.lines(),
      ...later.lines(),
      inspect(plugin, { depth: 9 }),
      JSON.stringify(plugin),
      ...filesIn(rootDir),
      ...fake.service.requests.map(({ body, url }) => `${url} ${body}`),
    ].join()
    expect(texts).toContain('.spool')
    expect(texts).not.toContain(password)
    expect(texts).not.toContain(pair)
  })

  it('that are refused are named by their variables, once, and nothing is lost', async () => {
    const { fake, logger } = await mlflow('Bearer right-token-0123456789')
    const run = training({
      plugins: [logger({ token: 'wrong-token-0123456789' })],
      rootDir: temporaryFolder(),
    })
    await run.fit()
    const said = run.lines().filter((line) => line.includes('MLFLOW_TRACKING_TOKEN'))
    expect(said).toHaveLength(1)
    expect(said[0]).not.toContain('wrong-token')
    expect(run.logger()?.counts).toMatchObject({ sent: 0, spooled: 4 })
    expect(fake.service.requests.length).toBeLessThan(3)
  })
})

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(folder, name)
    return statSync(path).isFile() ? `${path} ${readFileSync(path)}` : path
  })
