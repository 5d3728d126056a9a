import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Trainer } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { checkpoint } from '@regimen/plugin-checkpoint'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../packages/cli/src/run.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'regimen-run-checkpoints-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

const plugins = () => [
  csvLogger({ name: 'line', thread: false }),
  checkpoint({ monitor: 'loss', mode: 'min', topK: 3 }),
]

/** Trains some epochs; each of them has a checkpoint of its own, beside the best and the last. */
async function train(rootDir: string, maxEpochs: number, resumeFrom?: 'last'): Promise<void> {
  const w = tf.variable(tf.scalar(0))
  const x = tf.tensor1d([1])
  const trainer = new Trainer({ rootDir, maxEpochs, plugins: plugins() })
  await trainer.fit(
    {
      trainingStep: (batch: tf.Tensor) => tf.mean(tf.square(tf.sub(batch, w))),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(0.1),
    },
    { train: [x] },
    resumeFrom ? { resumeFrom } : {},
  )
  await trainer.dispose()
  tf.dispose([w, x])
}

async function regimen(root: string, line: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await run(['runs', ...line.split(' '), '--dir', root], { stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}

const json = async (root: string, line: string) =>
  JSON.parse((await regimen(root, `${line} --json`)).stdout)
const checkpointsIn = (root: string, version: number) =>
  readdirSync(join(root, `checkpoints/version_${version}`)).sort()

describe('a run and its checkpoints', () => {
  it('are listed, shown and compared together', async () => {
    const root = folder()
    await train(root, 2)
    await train(root, 3)
    const rows = await json(root, 'ls')
    expect(rows.map((row: { checkpoints: { count: number } }) => row.checkpoints.count)).toEqual([
      4, 5,
    ])
    const bytes = checkpointsIn(root, 0)
      .filter((name) => name.endsWith('.safetensors'))
      .reduce(
        (sum, name) => sum + readFileSync(join(root, 'checkpoints/version_0', name)).length,
        0,
      )
    expect(rows[0].checkpoints).toMatchObject({
      bytes,
      best: { path: 'checkpoints/version_0/best.safetensors', epoch: 1, step: 2, monitor: 'loss' },
      last: { path: 'checkpoints/version_0/last.safetensors', epoch: 1, step: 2 },
    })
    expect((await regimen(root, 'ls')).stdout).toMatch(
      /checkpoints +size\n.*\n.* 4 \(\d[\d.]* kB\)/,
    )
    const shown = await regimen(root, 'show version_1')
    expect(shown.stdout).toMatch(
      /best +checkpoints\/version_1\/best.safetensors \(epoch 3, step 3, /,
    )
    const compared = await regimen(root, 'compare version_0 version_1')
    expect(compared.stdout).toMatch(/\* +checkpoints +4 +5\n/)
  })

  it('a run that resumes another has the same checkpoints, and they stay while one of them does', async () => {
    const root = folder()
    await train(root, 2)
    await train(root, 4, 'last')
    const [first, second] = await json(root, 'ls')
    expect(first.checkpoints).toEqual(second.checkpoints)
    const [plan] = (await json(root, 'prune --keep 1 --checkpoints=all')).runs
    expect(plan.checkpoints).toMatchObject([
      { folder: 'checkpoints/version_0', removed: [], reason: 'line/version_1 has them too' },
    ])
    await regimen(root, 'prune --keep 1 --checkpoints=all --yes')
    expect(checkpointsIn(root, 0)).toContain('last.safetensors')
    await train(root, 5, 'last')
  })

  it('stay without the flag; with it the numbered ones go, and training resumes from the last', async () => {
    const root = folder()
    await train(root, 3)
    const before = checkpointsIn(root, 0)
    const dry = await regimen(root, 'prune --keep 0 --checkpoints')
    expect(dry.stdout).toMatch(
      /checkpoints in checkpoints\/version_0: would remove .*epoch=2.*kept best.safetensors, last.safetensors\n/,
    )
    expect(checkpointsIn(root, 0)).toEqual(before)
    await regimen(root, 'prune --keep 0 --checkpoints --yes')
    expect(existsSync(join(root, 'line/version_0'))).toBe(false)
    expect(checkpointsIn(root, 0)).toEqual(['best.safetensors', 'index.json', 'last.safetensors'])
    await train(root, 4, 'last')
    expect((await json(root, 'ls'))[0].checkpoints.last.epoch).toBe(3)
  })

  it('without the flag only the log goes', async () => {
    const root = folder()
    await train(root, 2)
    const before = checkpointsIn(root, 0)
    await regimen(root, 'prune --keep 0 --yes')
    expect(existsSync(join(root, 'line/version_0'))).toBe(false)
    expect(checkpointsIn(root, 0)).toEqual(before)
  })

  it('all go where all are asked for, but no file of somebody else', async () => {
    const root = folder()
    await train(root, 2)
    await train(root, 2)
    const mine = join(root, 'checkpoints/version_0/mine.safetensors')
    writeFileSync(mine, 'x')
    // It changed since it was listed: it is not what the plugin wrote.
    appendFileSync(join(root, 'checkpoints/version_1/best.safetensors'), 'x')
    const { code } = await regimen(root, 'prune --keep 0 --checkpoints=all --yes')
    expect(code).toBe(0)
    expect(checkpointsIn(root, 0)).toEqual(['mine.safetensors'])
    expect(checkpointsIn(root, 1)).toEqual(['best.safetensors', 'index.json'])
  })

  it('a run that is going on keeps them', async () => {
    const root = folder()
    await train(root, 2)
    const path = join(root, 'line/version_0/run.json')
    const facts = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...facts, status: 'running' }))
    const [plan] = (await json(root, 'prune --keep 0 --checkpoints=all --yes')).runs
    expect(plan).toMatchObject({ isRemoved: false, reason: 'running' })
    expect(checkpointsIn(root, 0)).toContain('epoch=0-step=1.safetensors')
  })

  it.each([
    ['prune --keep 0 --checkpoints=some', '--checkpoints is "some"; expected nothing or all.'],
    ['ls --checkpoints', '--checkpoints belongs to regimen runs prune.'],
  ])('refuses %s', async (line, message) => {
    const { code, stderr } = await regimen(folder(), line)
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining(message)])
  })
})
