import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plugin, Trainer } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { type ProfilerOptions, profiler } from '@regimen/profiler'
import { report } from '../packages/plugin-report/src/index.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type ProfileView, serveDashboard } from '../packages/dashboard/src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'regimen-run-profiles-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

interface Training {
  readonly plugins?: readonly Plugin[]
  /** A hyperparameter, so that the logger begins before the first batch. */
  readonly hparams?: Record<string, number>
  /** Called in the last step. */
  readonly atEnd?: () => void
}

const csv = (version?: string) =>
  csvLogger({ name: 'line', thread: false, ...(version !== undefined && { version }) })
const quiet = (options: ProfilerOptions = {}) =>
  profiler({ mode: 'trace', stream: { write: () => undefined }, ...options })

async function train(rootDir: string, { plugins = [], hparams, atEnd }: Training): Promise<void> {
  const w = tf.variable(tf.scalar(0))
  const x = tf.tensor1d([1])
  let steps = 0
  const trainer = new Trainer({ rootDir, maxEpochs: 3, sanityBatches: 0, plugins: [...plugins] })
  trainer.on('report').subscribe(() => undefined)
  await trainer.fit(
    {
      ...(hparams && { hparams }),
      trainingStep: (batch: tf.Tensor) => {
        if (++steps === 3) atEnd?.()
        return tf.mean(tf.square(tf.sub(batch, w)))
      },
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    },
    { train: [x] },
  )
  await trainer.dispose()
  tf.dispose([w, x])
}

/** What the page asks the server for. */
async function viewed(root: string): Promise<ProfileView[]> {
  const dashboard = await serveDashboard({ root, pollMs: 0 })
  const answer = await fetch(new URL('/api/profiles', dashboard.url))
  const profiles = (await answer.json()) as ProfileView[]
  await dashboard.close()
  return profiles
}

function reported(path: string): readonly ProfileView[] {
  const html = readFileSync(path, 'utf8')
  const [, json = ''] =
    /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html) ?? []
  return JSON.parse(json).profiles
}

describe('a profile', () => {
  it('is that of its run, in the page and in the report, beside a run without one', async () => {
    const root = folder()
    await train(root, { plugins: [quiet(), csv(), report()] })
    await train(root, { plugins: [csv(), report()] })
    await train(root, { plugins: [quiet({ mode: 'simple' }), csv(), report()] })
    const seen = await viewed(root)
    expect(seen.map(({ run, name }) => [run, name])).toEqual([
      ['line/version_0', 'fit-profiler'],
      ['line/version_2', 'fit-profiler'],
    ])
    expect(seen.map(({ spans }) => spans.some(({ name }) => name === 'forward and loss'))).toEqual([
      true,
      false,
    ])
    const [first, second, third] = [0, 1, 2].map((version) =>
      reported(join(root, `line/version_${version}/report.html`)),
    )
    expect(first).toMatchObject([{ run: 'line/version_0', name: 'fit-profiler' }])
    expect(first?.[0]?.text).toContain('Profile of fit')
    expect(first?.[0]?.spans.some(({ name }) => name === 'forward and loss')).toBe(true)
    expect(second).toEqual([])
    expect(third).toMatchObject([{ run: 'line/version_2', spans: [] }])
  })

  it('is not replaced by that of another run in the same folder', async () => {
    const root = folder()
    await train(root, { plugins: [quiet(), csv('same')] })
    await train(root, { plugins: [csv('same')] })
    await train(root, { plugins: [quiet(), csv('same')] })
    const runs = (await viewed(root)).map(({ run }) => run)
    expect(runs.sort()).toEqual(['line/same', 'line/same#3'])
  })

  it('of a process that was killed is its trace, as far as it came', async () => {
    const [root, killed] = [folder(), folder()]
    const hparams = { rate: 1 }
    await train(root, {
      ...{ plugins: [quiet(), csv()], hparams },
      // What lies on the disk at this moment is what a process leaves that is killed now.
      atEnd: () => cpSync(root, killed, { recursive: true }),
    })
    const [profile] = await viewed(killed)
    expect(profile).toMatchObject({ run: 'line/version_0', name: 'fit-profiler' })
    expect(profile?.text).toBeUndefined()
    expect(profile?.spans.length).toBeGreaterThan(0)
  })

  it('without a logger, or in a folder that was asked for, belongs to no run', async () => {
    const root = folder()
    await train(root, { plugins: [quiet()] })
    await train(root, { plugins: [quiet({ output: 'mine/profile' }), csv()] })
    expect((await viewed(root)).map(({ run, name }) => [run, name])).toEqual([
      [undefined, 'mine/profile/fit-profiler'],
      [undefined, 'profile/fit-profiler'],
    ])
  })

  it('of an earlier fit of the same trainer is not that of the next', async () => {
    const root = folder()
    const w = tf.variable(tf.scalar(0))
    const module = {
      trainingStep: (x: tf.Tensor) => tf.mean(tf.square(tf.sub(x, w))),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    }
    const plugins = [quiet({ output: false, mode: 'simple' }), csv(), report()]
    const trainer = new Trainer({ rootDir: root, maxEpochs: 1, sanityBatches: 0, plugins })
    trainer.on('report').subscribe(() => undefined)
    const x = tf.tensor1d([1])
    await trainer.fit(module, { train: [x, x] })
    await trainer.fit(module, { train: [x, x, x] })
    await trainer.dispose()
    tf.dispose([w, x])
    const [one, two] = [0, 1].map(
      (version) => reported(join(root, `line/version_${version}/report.html`))[0]?.text,
    )
    expect(one).toContain('2 batches of training')
    expect(two).toContain('3 batches of training')
    expect(existsSync(join(root, 'profile'))).toBe(false)
  })

  it('that is a link is not read', async () => {
    const [root, other] = [folder(), folder()]
    await train(root, { plugins: [quiet(), csv()] })
    const profiles = join(root, 'line/version_0/profile')
    const [run = ''] = readdirSync(profiles)
    const report = join(profiles, run, 'fit-profiler.txt')
    cpSync(report, join(other, 'text'))
    rmSync(report)
    symlinkSync(join(other, 'text'), report)
    const [profile] = await viewed(root)
    expect(profile?.text).toBeUndefined()
  })
})
