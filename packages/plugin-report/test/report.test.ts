import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Trainer, type TrainerOptions } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { fastDevRun } from '@regimen/plugin-fast-dev-run'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type ReportOptions, report } from '../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Trains two epochs of three batches, and gives what lies in the root folder. */
async function trained(
  options: ReportOptions,
  { plugins = [], at, ...more }: TrainerOptions & { readonly at?: (root: string) => void } = {},
  step: (x: tf.Tensor, w: tf.Variable) => tf.Scalar = (x, w) => tf.mean(tf.square(tf.sub(x, w))),
) {
  const rootDir = mkdtempSync(join(tmpdir(), 'regimen-report-'))
  onTestFinished(() => rmSync(rootDir, { recursive: true, force: true }))
  at?.(rootDir)
  const reports: string[] = []
  const w = tf.variable(tf.scalar(0))
  const module = {
    hparams: { rate: 0.1, note: '</script><script>alert(1)</script>' },
    trainingStep: (x: tf.Tensor) => step(x, w),
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.1),
  }
  const trainer = new Trainer({
    ...{ rootDir, maxEpochs: 2, logEvery: { steps: 1 }, ...more },
    plugins: [plugins, report(options)],
  })
  trainer.on('report').subscribe(({ message }) => reports.push(message))
  const train = [1, 2, 3].map((value) => tf.tensor1d([value]))
  const error = await trainer.fit(module, { train }).then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  await trainer.dispose()
  tf.dispose([w, ...train])
  return { rootDir, reports, error }
}

/** The data that a report holds. */
function dataOf(path: string) {
  const html = readFileSync(path, 'utf8')
  const [, json = ''] =
    /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html) ?? []
  return { html, data: JSON.parse(json) }
}

describe('a report', () => {
  it('has the curves, hyperparameters, the loop and how the run ended', async () => {
    const { rootDir } = await trained({
      path: 'out/fit.html',
      title: 'A <fit>',
      machineSeconds: 1e-6,
    })
    const { html, data } = dataOf(join(rootDir, 'out/fit.html'))
    expect(data.runs).toMatchObject([{ outcome: 'finished', epochs: 2, hparams: { rate: 0.1 } }])
    const charts = data.charts.map(
      ({ name, interval }: { name: string; interval: string }) => `${name} ${interval}`,
    )
    expect(charts).toEqual([
      'loss epoch',
      'loss step',
      'machine/cpu_percent step',
      'machine/memory_mb step',
    ])
    const [, steps] = data.charts
    expect(steps.curves[0]).toMatchObject({ count: 6, x: [0, 1, 2, 3, 4, 5] })
    const loop = JSON.parse(
      data.details.run.records.find(({ name }: { name: string }) => name === 'loop').value,
    )
    const fitEnd = loop.hooks.find(({ name }: { name: string }) => name === 'fitEnd')
    expect(fitEnd.plugins).toEqual(['report'])
    expect(loop.options).toMatchObject({ maxEpochs: 2, backend: 'cpu' })
    expect(html).toContain('<title>A &lt;fit&gt;</title>')
  })

  it('loads nothing, and text of the run cannot leave its place', async () => {
    const { rootDir } = await trained({ path: 'fit.html' })
    const { html } = dataOf(join(rootDir, 'fit.html'))
    expect(html).toContain("default-src 'none'; script-src 'sha256-")
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(html).not.toMatch(/<(?:link|img|iframe)\b[^>]*(?:src|href)="(?!data:)/)
  })

  it('lies in the folder of the run where a logger has one', async () => {
    const { rootDir } = await trained({}, { plugins: [csvLogger({ thread: false })] })
    const { data } = dataOf(join(rootDir, 'csv/version_0/report.html'))
    expect(data.runs[0].id).toBe('csv/version_0')
    expect(readFileSync(join(rootDir, 'csv/version_0/metrics.jsonl'), 'utf8')).toContain(
      '"name":"loop"',
    )
  })

  it('has a folder of its own otherwise, and replaces no other', async () => {
    const { rootDir } = await trained(
      {},
      { at: (root) => mkdirSync(join(root, 'report/version_0'), { recursive: true }) },
    )
    expect(readdirSync(join(rootDir, 'report/version_1'))).toContain('report.html')
  })

  it('is written where the run fails', async () => {
    let count = 0
    const { rootDir, error } = await trained({ path: 'fit.html' }, {}, (x, w) => {
      if (++count === 4) throw new Error('no more')
      return tf.mean(tf.square(tf.sub(x, w)))
    })
    expect(error?.message).toContain('no more')
    const { data } = dataOf(join(rootDir, 'fit.html'))
    expect(data.runs[0]).toMatchObject({
      outcome: 'failed',
      metrics: [{ name: 'loss' }, { name: 'loss' }],
    })
  })

  it('that cannot be written is a warning, and leaves what is there', async () => {
    const { rootDir, reports, error } = await trained(
      { path: 'file/fit.html' },
      { at: (root) => writeFileSync(join(root, 'file'), 'mine') },
    )
    expect(error).toBeUndefined()
    expect(reports.join()).toContain('The report could not be written')
    expect(readFileSync(join(rootDir, 'file'), 'utf8')).toBe('mine')
  })

  it('is not written by a trial run', async () => {
    const { rootDir } = await trained({}, { plugins: [fastDevRun()] })
    expect(readdirSync(rootDir)).toEqual([])
  })
})

it.each([
  [{ path: '' }, 'report: "path" is'],
  [{ title: 3 }, 'report: "title" is 3'],
  [{ machineSeconds: -1 }, 'report: "machineSeconds" is -1'],
  [{ machine: 3 }, 'machine'],
])('%j is refused', (options, message) => {
  expect(() => report(options as ReportOptions)).toThrow(message)
})
