import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { cometLogger } from '../packages/logger-comet/src/index.js'
import { csvLogger } from '../packages/logger-csv/src/index.js'
import { training } from '../packages/logger-kit/src/testing/training.js'
import { tensorboardLogger } from '../packages/logger-tensorboard/src/index.js'

const disk = vi.hoisted(() => ({ isFull: false }))
const full = () =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

// No folder can be told to have no room left: what is written fails, in both of Node's ways to write.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const writeSync = (file: number, data: Buffer | string, offset?: number) => {
    if (disk.isFull) throw full()
    return real.writeSync(file, data as Buffer, offset)
  }
  const writeFileSync: typeof real.writeFileSync = (...given) => {
    if (disk.isFull) throw full()
    real.writeFileSync(...given)
  }
  const own = { ...real, writeSync, writeFileSync }
  return { ...own, default: own }
})
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const open: typeof real.open = async (...given) => {
    const handle = await real.open(...given)
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>
    const refusing = async (...args: unknown[]) => {
      if (disk.isFull) throw full()
      return await write(...args)
    }
    return Object.assign(handle, { write: refusing })
  }
  return { ...real, open, default: { ...real, open } }
})

/** An address of this machine that nobody listens at any more. */
async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

// The clock of the loggers is ten times as fast as the real one, which requests and files need.
const { setTimeout: realTimeout } = globalThis
const [FAKE_MS, REAL_MS] = [20, 2]
const DEADLINE = 60_000
const STEPS = 20

it('three loggers on a full disk end long before their deadlines add up, and each says once what is lost', async () => {
  const rootDir = mkdtempSync(join(tmpdir(), 'regimen-full-'))
  onTestFinished(() => rmSync(rootDir, { recursive: true, force: true }))
  const url = await deadAddress()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const own = { thread: false, deadlineMs: DEADLINE }
  const quiet = { logCode: false, logGit: false, logEnvironment: false, logSystemMetrics: false }
  const comet = cometLogger({ apiKey: 'no-key-at-all', url, ...quiet, ...own })
  const plugins = [csvLogger(own), tensorboardLogger(own), comet]
  const run = training({ plugins, steps: STEPS, rootDir })
  let [isDone, filledAt] = [false, 0]
  const module = {
    ...run.module,
    trainingStep: (...given: Parameters<typeof run.module.trainingStep>) => {
      if (!disk.isFull) filledAt = performance.now()
      disk.isFull = true
      return run.module.trainingStep(...given)
    },
  }
  const fit = run.trainer.fit(module, { train: run.train }).finally(() => {
    isDone = true
    disk.isFull = false
  })
  while (!isDone) {
    await vi.advanceTimersByTimeAsync(FAKE_MS)
    await new Promise((resolve) => realTimeout(resolve, REAL_MS))
  }
  const took = performance.now() - filledAt
  await fit
  expect(took).toBeLessThan(2 * DEADLINE)
  const lines = run.lines()
  const endings = lines.filter((line) => /^[\d,]+ records (delivered|written)/.test(line))
  expect(endings).toHaveLength(plugins.length)
  for (const line of endings) {
    expect(line).toMatch(/^0 records .*\. 21 records lost: 21 for want of room\.$/)
  }
  expect(lines.filter((line) => line.includes('ENOSPC'))).toHaveLength(plugins.length)
  expect(lines.filter((line) => line.includes('never resolves'))).toEqual([])
})
