import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Json } from '@regimen/core'
import { syncRuns } from '../sync/sync-runs.js'
import { freshBuild } from '../worker/fresh-build.js'
import { importTypeScript } from '../worker/load-writer.js'
import { PlayedRun } from './played-run.js'
import type { LoggerEntry } from './subject.js'

/** What a child process does. */
export type ChildTask =
  | {
      readonly type: 'run'
      readonly entry: string
      readonly settings: Json
      readonly rootDir: string
      readonly steps: number
      /**
       * After this many steps and a save; `wait`: it continues until it is killed. `kill`: it is killed at
       * the instant in which the last record has been taken.
       */
      readonly ending: 'wait' | 'exit' | 'throw' | 'kill'
    }
  | { readonly type: 'sync'; readonly entry: string; readonly folder: string }

/** A child process and what it has printed. */
export interface Child {
  /** Resolves once the text was printed. */
  printed(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves with all that it printed once it has ended. */
  readonly ended: Promise<string>
}

/** Does a task in a process of its own. */
export function startChild(
  task: ChildTask,
  env: Readonly<Record<string, string>> = {},
): Child {
  const text = JSON.stringify(JSON.stringify(task))
  const code = `${importOfChild()}.then((child) => child.doTask(JSON.parse(${text})))`
  const child = spawn(process.execPath, ['-e', code], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const waiting: { text: string; found: () => void }[] = []
  const take = (chunk: Buffer) => {
    output += chunk
    for (const { text, found } of waiting) if (output.includes(text)) found()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(output)))
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    printed: (text) =>
      new Promise((found, reject) => {
        if (output.includes(text)) return found()
        waiting.push({ text, found })
        ended.then(() =>
          reject(new Error(`The child ended without printing "${text}": ${output}`)),
        )
      }),
  }
}

/** Called in the child process: what is imported there exports it. */
export async function doTask(task: ChildTask): Promise<void> {
  if (task.type === 'sync') {
    const { writers = {} } = (await importTypeScript(
      task.entry,
    )) as unknown as LoggerEntry
    const synced = await syncRuns(task.folder, { writers })
    process.stdout.write(`${JSON.stringify(synced)}\n`)
    return
  }
  const entry = (await importTypeScript(task.entry)) as unknown as LoggerEntry
  const run = new PlayedRun(entry.createLogger(task.settings, {}), task.rootDir)
  await run.begin()
  if (task.ending === 'kill') {
    await run.record({ kind: 'hyperparameters', values: { rate: 0.1 } })
  }
  const log = (step: number) => run.metrics({ loss: step / 2, accuracy: step }, step)
  for (let step = 0; step < task.steps; step++) await log(step)
  if (task.ending === 'kill') process.kill(process.pid, 'SIGKILL')
  if (task.ending === 'wait') await run.save()
  process.stdout.write(`logged ${task.steps}\n`)
  if (task.ending === 'exit') process.exit(3)
  if (task.ending === 'throw') {
    setTimeout(() => {
      throw new Error('thrown by user code')
    })
  }
  for (let step = task.steps; ; step++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await log(step)
  }
}

/** What a child process imports: what is built, and the source only where that is younger. */
function importOfChild(): string {
  const file = fileURLToPath(import.meta.url)
  const built = file.endsWith('.ts')
    ? freshBuild('testing/index.js')?.href
    : import.meta.url
  return built === undefined ? viaJiti(file) : `import(${JSON.stringify(built)})`
}

function viaJiti(path: string): string {
  const jiti = pathToFileURL(createRequire(import.meta.url).resolve('jiti')).href
  const load = `createJiti(${JSON.stringify(path)}).import(${JSON.stringify(path)})`
  return `import(${JSON.stringify(jiti)}).then((jiti) => jiti.${load})`
}
