import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recording, training } from '@regimen/logger-kit/testing/training'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { mlflowLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { RealMlflow } from './helpers/real-mlflow.js'

const python = pythonWith('mlflow')
const script = join(import.meta.dirname, 'mlflow', 'read.py')

interface Read {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly params: Record<string, string>
  readonly tags: Record<string, string>
  readonly history: Record<string, [step: number, timestamp: number, value: string][]>
  readonly artifacts: [path: string, size: number][]
}

describe.skipIf(!python)('a server of MLflow and its client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logger-mlflow-server-'))
  let server: RealMlflow
  const read = (experiment: string) => ask<Read[]>(python, script, server.url, experiment)
  const logger = (own: object) =>
    mlflowLogger({ trackingUri: server.url, thread: false, logSource: false, ...own })
  beforeAll(async () => {
    server = await RealMlflow.start(python ?? '', folder)
  }, 120_000)
  afterAll(() => {
    server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('has all of a run, each value once, and what it does not take is said', async () => {
    const own = { experimentName: 'kinds', runName: 'first', tags: { a: 'b' }, description: '*d*' }
    const rootDir = temporaryFolder({ 'model.bin': 'weights' })
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, 0.1]
    const metrics = (step: number) => ({ odd: odd[step] ?? 0, 'acc@1': 1 })
    const hparams = { rate: 0.1, nested: { list: [1, 2] }, prompt: 'ü'.repeat(7000) }
    const image = { mime: 'image/png', width: 1, height: 1, bytes: Uint8Array.of(1, 2) } as const
    const more = recording(
      { kind: 'text', name: 'note', text: 'one' },
      { kind: 'image', name: 'val/picture', ...image },
      { kind: 'artifact', name: 'models/épic model.bin', path: join(rootDir, 'model.bin') },
      { kind: 'graph', format: 'text', body: 'x -> y' },
    )
    const run = training({ plugins: [logger(own), more], rootDir, metrics, hparams })
    await run.fit()
    const [found] = await read('kinds')
    expect(found).toMatchObject({ name: 'first', status: 'FINISHED', id: run.logger()?.version })
    expect(found?.tags).toMatchObject({ a: 'b', 'mlflow.note.content': '*d*' })
    expect(found?.params).toMatchObject({ rate: '0.1', 'nested/list': '[1,2]' })
    expect(found?.params.prompt).toBe(`${'ü'.repeat(5999)}…`)
    expect(found?.history.loss?.map(([step, , value]) => [step, value])).toEqual([
      [0, '0.0'],
      [1, '1.0'],
      [2, '2.0'],
    ])
    expect(found?.history.odd?.map(([, , value]) => value)).toEqual([
      'nan',
      '1.7976931348623157e+308',
      '0.1',
    ])
    const files = found?.artifacts.map(([path, size]) => [path.replace(/step-.*\./, '….'), size])
    expect(files?.toSorted()).toEqual([
      ['graph.txt', 6],
      ['images/val/picture/….png', 2],
      ['models/épic model.bin', 7],
      ['params/prompt.txt', 14_000],
      ['texts/note/….txt', 3],
    ])
    expect(run.logger()?.counts).toMatchObject({ rejected: 4, spooled: 0, retries: 0 })
    expect(run.lines().join()).toContain('takes no metric "acc@1"')
  })

  it('has more values and parameters than go into one request', async () => {
    const many = Array.from({ length: 120 }, (_, at) => [`ü${at}`, at])
    const run = training({
      plugins: [logger({ experimentName: 'many' })],
      steps: 10,
      rootDir: temporaryFolder(),
      metrics: () => Object.fromEntries(many),
      hparams: Object.fromEntries(many.map(([name, at]) => [name, `${at}${'v'.repeat(5000)}`])),
    })
    await run.fit()
    const [found] = await read('many')
    expect(Object.keys(found?.params ?? {})).toHaveLength(120)
    const counts = Object.values(found?.history ?? {}).map(({ length }) => length)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(121 * 11)
    expect(run.logger()?.counts).toMatchObject({ rejected: 0, retries: 0 })
  })

  it('refuses a parameter that changes, and takes those beside it', async () => {
    const rootDir = temporaryFolder()
    const plugins = [logger({ experimentName: 'changed' })]
    const first = training({ plugins, rootDir, hparams: { a: 1, b: 1 } })
    await first.fit()
    const runId = String(first.logger()?.version)
    const again = training({ plugins: [logger({ runId })], rootDir, hparams: { a: 2, c: 1 } })
    await again.fit()
    const [found] = await read('changed')
    expect(found?.params).toEqual({ a: '1', b: '1', c: '1' })
    expect(again.logger()?.counts.rejected).toBe(1)
    expect(again.lines().join()).toContain('Changing param values is not allowed')
  })

  it('has one run of a fit that was resumed from a checkpoint', async () => {
    const rootDir = temporaryFolder()
    const plugins = () => [logger({ experimentName: 'resumed' })]
    const first = training({ plugins: plugins(), rootDir })
    await first.fit()
    const snapshot = await first.trainer.snapshot()
    const second = training({ plugins: plugins(), rootDir, options: { maxEpochs: 2 } })
    await second.trainer.fit(second.module, { train: second.train }, { resumeFrom: snapshot })
    const runs = await read('resumed')
    expect(runs).toHaveLength(1)
    expect(runs[0]?.status).toBe('FINISHED')
    expect(runs[0]?.history.loss?.map(([step]) => step)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('refuses a run that it does not have, and all is kept', async () => {
    const plugins = [logger({ runId: 'f'.repeat(32) })]
    const run = training({ plugins, rootDir: temporaryFolder() })
    await run.fit()
    expect(run.lines().join()).toMatch(/no run "ffff.*continued/)
    expect(run.logger()?.counts.spooled).toBe(4)
  })
})
