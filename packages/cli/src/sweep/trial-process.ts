import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { holderOf, TaskExit } from '@regimen/plugin-sweep'
import { trialLock } from './trial.js'

/** How often a process that is being ended is looked for. */
const POLL_MS = 20

/** What a trial's process is started with. */
export interface TrialCommand {
  /** Words after `regimen`. */
  readonly words: readonly string[]
  /** Path of its `trial.json`. */
  readonly order: string
  readonly signal: AbortSignal
  readonly holderOf: typeof holderOf
}

/** Runs a trial in a process of its own; what it prints goes to `output.log` in its folder. */
export async function runTrial(command: TrialCommand): Promise<TaskExit> {
  const { words, order, signal } = command
  const folder = dirname(order)
  await endOrphan(folder, command)
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'output.log')
  const file = openSync(log, 'a')
  const main = process.argv[1] as string
  // In a group of its own: Ctrl-C reaches the sweep alone, which passes it on once.
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], {
    stdio: ['ignore', file, file, 'ipc'],
    detached: true,
    windowsHide: true,
    env: { ...process.env, NO_COLOR: '1' },
  })
  closeSync(file)
  const interrupt = () => void child.kill('SIGINT')
  signal.addEventListener('abort', interrupt, { once: true })
  if (signal.aborted) interrupt()
  const exit = await new Promise<TaskExit>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'failed', error: error.message }))
    child.once('exit', (code, by) => {
      if (by !== null) resolve({ kind: 'killed', signal: by })
      else if (code === 0) resolve({ kind: 'ended' })
      else resolve({ kind: 'failed', error: lastError(log, code) })
    })
  })
  signal.removeEventListener('abort', interrupt)
  return exit
}

/** Ends the process of a sweep that was killed, if it still runs this trial: it would end by itself soon. */
async function endOrphan(
  folder: string,
  { holderOf: find }: TrialCommand,
): Promise<void> {
  const orphan = find(trialLock(folder))
  if (!orphan) return
  try {
    process.kill(orphan.pid, 'SIGKILL')
  } catch {
    // It has ended by now.
  }
  while (find(trialLock(folder))) await delay(POLL_MS)
}

/** The last line of a log that names an error. */
function lastError(log: string, code: number | null): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  const line = lines.findLast((one) => one.startsWith('error ')) ?? lines.at(-1)
  return line?.replace(/^error /, '') || `It ended with exit code ${code}.`
}
