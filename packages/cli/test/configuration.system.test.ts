import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { INSTALLED, project, regimen } from './helpers/project.js'

beforeAll(() =>
  ensureBuilt('logger-kit', 'logger-csv', 'plugin-checkpoint', 'plugin-early-stopping'),
)

const PLUGINS = ['logger-kit', 'logger-csv', 'plugin-checkpoint', 'plugin-early-stopping']
const CONFIG = `
import { defineConfig } from '@regimen/core/config'
import { csvLogger } from '@regimen/logger-csv'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { batches, line } from './line'

export default defineConfig({
  accelerator: 'cpu', maxEpochs: 1,
  hparams: { count: 3, net: { depth: 2 }, apiKey: 'hush' },
  plugins: [csvLogger(), checkpoint({ last: true }), ['early-stopping', { monitor: 'loss', mode: 'min' }]],
  data: ({ count }) => ({ train: batches(count) }),
  module: ({ net }) => { console.log('depth ' + net.depth); return line() },
})
`
const made = (files = {}) =>
  project({ 'trainer.config.ts': CONFIG, ...files }, [
    ...INSTALLED,
    ...PLUGINS.map((name) => `@regimen/${name}`),
  ])
const SET = [
  'hparams.count=5',
  'hparams.net.depth=4',
  'plugins.early-stopping.patience=9',
  'plugins.checkpoint.every.epochs=1',
]
const set = SET.flatMap((setting) => ['--set', setting])

describe('the configuration of a run', () => {
  it('reaches module, data and plugins, and is saved beside the run and recorded', async () => {
    const root = made()
    const { code, stdout, stderr } = await regimen(root, 'fit', ...set)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) })
    expect(stdout).toBe('depth 4\n')
    const read = (path: string) => readFileSync(join(root, 'runs', path), 'utf8')
    const saved = JSON.parse(read('checkpoints/version_0/config.json'))
    expect(JSON.parse(read('csv/version_0/config.json'))).toEqual(saved)
    expect(saved).toMatchObject({
      hparams: { count: 5, net: { depth: 4 }, apiKey: '[hidden]' },
      accelerator: 'cpu',
      maxEpochs: 1,
      logEvery: { steps: 50 },
      rootDir: 'runs',
      plugins: [
        ['csv-logger', { deadlineMs: 60_000 }],
        ['checkpoint', { last: true, every: { epochs: 1 } }],
        ['early-stopping', { monitor: 'loss', mode: 'min', patience: 9 }],
      ],
    })
    expect(saved).not.toHaveProperty('module')
    expect(read('csv/version_0/hparams.yaml')).toContain('count: 5')
    expect(read('csv/version_0/metrics.csv').trim().split('\n').length).toBeGreaterThan(1)
    expect(existsSync(join(root, 'runs/checkpoints/version_0/last.safetensors'))).toBe(true)
    const next = await regimen(root, 'fit', ...set, '--resume', 'last', '--max-epochs', '2')
    expect(next).toMatchObject({ code: 0 })
  })

  it('is printed by explain', async () => {
    const { code, stdout } = await regimen(made(), 'explain', ...set)
    expect(code).toBe(0)
    expect(stdout).toContain('  hparams: {"count":5,"net":{"depth":4},"apiKey":"[hidden]"}')
    expect(stdout).toContain('  maxEpochs: 1')
    expect(stdout).toMatch(/ {4}early-stopping .*"patience":9/)
  })

  it('of JSON may say $schema, and its files receive hparams', async () => {
    const root = project({
      'trainer.config.json': JSON.stringify({
        $schema: './trainer.schema.json',
        accelerator: 'cpu',
        maxEpochs: 1,
        hparams: { count: 2 },
        module: './module.ts',
        data: './data.ts',
      }),
      'module.ts':
        "import { line } from './line'\nexport default ({ count }) => { console.log(count); return line() }",
      'data.ts':
        "import { batches } from './line'\nexport default ({ count }) => ({ train: batches(count) })",
    })
    const { code, stdout } = await regimen(root, 'fit', '--set', 'hparams.count=4')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '4\n' })
  })

  it.each([
    ['hparams.countt=3', 'Did you mean "count"?'],
    ['hparams.count=many', 'it is "many"; expected a number'],
    [
      'plugins.early-stoping.patience=3',
      'Did you mean "early-stopping"? It has csv-logger, checkpoint, early-stopping.',
    ],
  ])('refuses %s as a wrong call', async (setting, text) => {
    const { code, stderr } = await regimen(made(), 'explain', '--set', setting)
    expect(stderr).toContain(text)
    expect(code).toBe(2)
  })
})
