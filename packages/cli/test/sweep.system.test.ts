import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ensureBuilt, main } from './helpers/built.js'
import { type Ended, INSTALLED, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt('plugin-checkpoint', 'plugin-sweep'))

const CONFIG = `
import { defineConfig } from '@regimen/core/config'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { batches, line } from './line'

export default defineConfig({
  accelerator: 'cpu', maxEpochs: 4,
  hparams: { count: 3, rate: 0.005 },
  plugins: [checkpoint({ topK: 0 })],
  data: ({ count }) => ({ train: batches(count) }),
  module: ({ rate }) => {
    if (rate > 0.01) throw new Error('too fast')
    return line()
  },
})
`
const SWEEP = {
  algorithm: 'random',
  trials: 6,
  seed: 4,
  monitor: 'loss',
  mode: 'min',
  prune: 'median',
  batch: 3,
  space: { 'hparams.count': { int: [2, 4] }, 'hparams.rate': { logUniform: [0.001, 0.1] } },
}
const made = (sweep: object = SWEEP) =>
  project({ 'trainer.config.ts': CONFIG, 'sweep.config.json': JSON.stringify(sweep) }, [
    ...INSTALLED,
    '@regimen/plugin-checkpoint',
    '@regimen/plugin-sweep',
  ])

/** What the journal says of every trial, by number. */
function results(root: string): object[] {
  const lines = readFileSync(join(root, 'runs/sweep/journal.jsonl'), 'utf8').trimEnd().split('\n')
  return lines
    .slice(1)
    .map((line) => JSON.parse(line))
    .toSorted((a, b) => a.number - b.number || a.rung - b.rung)
}

/** How many lines the sweep and its trials have written. */
function progress(root: string): number {
  const folder = join(root, 'runs/sweep')
  if (!existsSync(folder)) return 0
  const trials = readdirSync(folder).filter((name) => name.startsWith('trial_'))
  const files = ['journal.jsonl', ...trials.map((name) => `${name}/report.jsonl`)]
  const texts = files.map((name) => join(folder, name)).filter((path) => existsSync(path))
  return texts.reduce((sum, path) => sum + readFileSync(path, 'utf8').split('\n').length - 1, 0)
}

/** Starts a sweep and kills it once that many lines were written. @returns whether it ended before */
async function killed(root: string, lines: number): Promise<boolean> {
  const before = progress(root)
  const child = spawn(process.execPath, [main, 'sweep', '--jobs', '2'], {
    cwd: root,
    detached: true,
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<boolean>((resolve) => {
    child.once('exit', (_, signal) => resolve(signal === null))
  })
  while (child.exitCode === null && progress(root) < before + lines) await delay(5)
  child.kill('SIGKILL')
  return ended
}

describe('regimen sweep', () => {
  it('killed 20 times runs the same trials with the same results', {
    timeout: 180_000,
  }, async () => {
    const [whole, root] = [made(), made()]
    const reference = await regimen(whole, 'sweep')
    expect(reference).toMatchObject({ code: 0 })
    for (let kill = 0; kill < 20; kill++) await killed(root, kill % 5 === 4 ? 2 : 1)
    const last = await regimen(root, 'sweep', '--jobs', '2')
    expect(last).toMatchObject({ code: 0, stdout: reference.stdout })
    expect(results(root)).toEqual(results(whole))
    expect(results(root)).toHaveLength(6)
    expect(readFileSync(join(root, 'runs/sweep/sweep.svg'), 'utf8')).toBe(
      readFileSync(join(whole, 'runs/sweep/sweep.svg'), 'utf8'),
    )
    const failed = results(root).filter((result) => Object(result).outcome === 'failed')
    expect(JSON.stringify(failed)).toContain('too fast')
  })

  it('interrupted by SIGINT says so, and continues', { timeout: 60_000 }, async () => {
    const space = { 'hparams.count': { int: [2, 4] } }
    const root = made({ ...SWEEP, trials: 2, batch: 2, space })
    const child = spawn(process.execPath, [main, 'sweep'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = new Promise<Ended>((resolve) => {
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      child.once('close', (code) => resolve({ code, stdout: '', stderr }))
    })
    while (progress(root) < 2) await delay(5)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('The same command continues it'),
    })
    expect(await regimen(root, 'sweep')).toMatchObject({ code: 0 })
    expect(results(root)).toHaveLength(2)
  })

  it('takes trials of halving further, and says how the best is trained', {
    timeout: 60_000,
  }, async () => {
    const { prune: _, batch: __, ...rest } = SWEEP
    const root = made({
      ...rest,
      ...{ algorithm: 'halving', trials: 3, halving: { maxEpochs: 3 } },
      space: { 'hparams.count': { int: [2, 4] } },
    })
    const { code, stdout, stderr } = await regimen(root, 'sweep')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('completed') })
    expect(stderr).toMatch(/The best is trial \d: regimen fit --set hparams.count=\d/)
    expect(
      results(root)
        .map((result) => Object(result).rung)
        .toSorted(),
    ).toEqual([0, 0, 0, 1])
  })

  it.each([
    [
      { ...SWEEP, space: { 'hparams.cuont': { int: [2, 4] } } },
      ['sweep'],
      'no such hyperparameter',
    ],
    [{ ...SWEEP, trial: 3 }, ['sweep'], 'Did you mean "trials"?'],
    [SWEEP, ['sweep', 'other.json'], 'There is no file'],
    [SWEEP, ['sweep', '--jobs', '0'], '--jobs is "0"'],
    [SWEEP, ['fit', '--trial', 'x.json'], '--trial: there is no file'],
  ])('refuses %j by %j', async (sweep, words, text) => {
    const root = made(sweep)
    const { code, stderr } = await regimen(root, ...words)
    expect(stderr).toContain(text)
    expect(code).toBeGreaterThan(0)
    expect(existsSync(join(root, 'runs/sweep'))).toBe(false)
  })

  it('refuses a folder that another sweep works in', async () => {
    const root = made()
    const child = spawn(process.execPath, [main, 'sweep'], { cwd: root, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    while (progress(root) < 1) await delay(5)
    const { code, stderr } = await regimen(root, 'sweep')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('is being run by process'),
    })
  })
})
