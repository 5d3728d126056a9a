import '@tensorflow/tfjs-backend-cpu'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recording, training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it } from 'vitest'
import { type WandbLoggerOptions, wandbLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { itemsOf, readAll } from './helpers/read-wandb.js'

const [HISTORY, SUMMARY, CONFIG, FILES, RUN, EXIT] = [2, 3, 5, 6, 17, 18]
const logger = (own: WandbLoggerOptions = {}) => wandbLogger({ thread: false, ...own })

function runsIn(rootDir: string) {
  const parent = join(rootDir, 'wandb')
  return readdirSync(parent)
    .sort()
    .map((name) => {
      const id = name.split('-').at(-1) ?? ''
      const records = readAll(readFileSync(join(parent, name, `run-${id}.wandb`)))
      const of = (kind: number) => records.filter((one) => one.kind === kind)
      const file = (path: string) => readFileSync(join(parent, name, 'files', path), 'utf8')
      return { id, of, file, kinds: records.map(({ kind }) => kind) }
    })
}

describe('a run in the files of W&B', () => {
  it('has its name, config, history, summary, files and exit code', async () => {
    const rootDir = temporaryFolder()
    const own = { project: 'digits', name: 'first', tags: ['a', 'b'], notes: 'why' }
    const hparams = { optimizer: { rate: 0.1 }, seed: 1 }
    const metrics = (step: number) => ({ odd: step === 1 ? Number.NaN : step })
    const more = recording({ kind: 'text', name: 'note', text: 'hello' })
    const run = training({ plugins: [logger(own), more], rootDir, hparams, metrics })
    await run.fit()
    const [found] = runsIn(rootDir)
    const [fields] = found?.of(RUN).map((record) => record.fields) ?? []
    expect([1, 3, 8, 9].map((number) => String(fields?.get(number)?.[0]))).toEqual([
      found?.id,
      'digits',
      'first',
      'why',
    ])
    expect(fields?.get(10)?.map(String)).toEqual(['a', 'b'])
    expect(found?.of(CONFIG).flatMap(itemsOf)).toEqual([
      ['optimizer/rate', 0.1],
      ['seed', 1],
    ])
    const rows = found?.of(HISTORY).map((record) => Object.fromEntries(itemsOf(record))) ?? []
    expect(rows.map(({ _step, loss }) => [_step, loss]).slice(0, 3)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    expect(rows[1]?.odd).toBeNaN()
    expect(rows.find(({ note }) => note)).toMatchObject({ note: { _type: 'table-file' } })
    expect(Object.fromEntries(found?.of(SUMMARY).flatMap(itemsOf) ?? [])).toMatchObject({ loss: 2 })
    expect(JSON.parse(found?.file('wandb-summary.json') ?? '')).toMatchObject({ loss: 2 })
    expect(found?.file('config.yaml')).toContain('"optimizer":\n  value: {"rate":0.1}')
    expect(found?.of(FILES)).toHaveLength(2)
    expect(found?.kinds.at(-1)).toBe(EXIT)
    expect(run.logger()).toMatchObject({ version: found?.id })
  })

  it('is continued by a fit that resumes from its checkpoint, in a folder of its own', async () => {
    const rootDir = temporaryFolder()
    const first = training({ plugins: [logger()], rootDir })
    await first.fit()
    const snapshot = await first.trainer.snapshot()
    const second = training({ plugins: [logger()], rootDir, options: { maxEpochs: 2 } })
    await second.trainer.fit(second.module, { train: second.train }, { resumeFrom: snapshot })
    const runs = runsIn(rootDir)
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1)
    const steps = runs.flatMap(({ of }) =>
      of(HISTORY).map((one) => Object.fromEntries(itemsOf(one))),
    )
    expect(steps.map(({ _step }) => _step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(steps.flatMap(({ loss }) => loss ?? [])).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('of a fit that fails has the exit code 1', async () => {
    const rootDir = temporaryFolder()
    const metrics = (step: number) => {
      if (step === 2) throw new Error('broken')
      return {}
    }
    await training({ plugins: [logger()], rootDir, metrics })
      .fit()
      .catch(() => undefined)
    expect(runsIn(rootDir)[0]?.of(EXIT)[0]?.fields.get(1)).toEqual([1])
  })
})
