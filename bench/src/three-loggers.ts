import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { PluginEntry } from '@regimen/core'
import { cometLogger } from '@regimen/logger-comet'
import { csvLogger } from '@regimen/logger-csv'
import { tensorboardLogger } from '@regimen/logger-tensorboard'

/** What a run logs to in earnest: files, TensorBoard and Comet, the latter a stand-in on loopback. */
export function threeLoggers(): { plugins: PluginEntry[]; rootDir: string } {
  const rootDir = mkdtempSync(join(tmpdir(), 'regimen-bench-'))
  process.once('exit', () => rmSync(rootDir, { recursive: true, force: true }))
  const comet = { apiKey: 'bench', url: startService(), logCode: false, logGit: false }
  return {
    rootDir,
    plugins: [csvLogger(), tensorboardLogger(), cometLogger({ ...comet, deadlineMs: 0 })],
  }
}

/** Starts the stand-in in a thread of its own and waits for its address. */
function startService(): string {
  const port = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('./comet-service.js', import.meta.url), { workerData: port })
  thread.unref()
  Atomics.wait(port, 0, 0)
  return `http://127.0.0.1:${port[0]}`
}
