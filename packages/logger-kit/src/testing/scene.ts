import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoggerOptions } from '../plugin/definition.js'
import { type SyncedRun, syncRuns } from '../sync/sync-runs.js'
import { importTypeScript } from '../worker/load-writer.js'
import { PlayedRun } from './played-run.js'
import type {
  Arrived,
  Disturbance,
  LoggerEntry,
  LoggerStand,
  LoggerSubject,
} from './subject.js'

/** Where one case plays: a folder, a place to deliver to, and everything that was said. */
export class Scene {
  readonly folder: string
  readonly rootDir: string
  readonly subject: LoggerSubject
  readonly stand: LoggerStand
  readonly said: string[] = []
  readonly #entry: LoggerEntry
  readonly #runs: PlayedRun[] = []

  private constructor(
    folder: string,
    subject: LoggerSubject,
    stand: LoggerStand,
    entry: LoggerEntry,
  ) {
    this.folder = folder
    this.rootDir = join(folder, 'runs')
    this.subject = subject
    this.stand = stand
    this.#entry = entry
  }

  static async open(subject: LoggerSubject): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), 'regimen-logger-'))
    mkdirSync(join(folder, 'runs'))
    const entry = (await importEntry(String(subject.entry))) as unknown as LoggerEntry
    return new Scene(folder, subject, await subject.start(folder), entry)
  }

  /** How the service is disturbed. */
  get service(): Disturbance {
    const { service } = this.stand
    assert(service, 'This case is for loggers with a service.')
    return service
  }

  /** A run with a new logger, begun. */
  async run(options: LoggerOptions = {}, rootDir = this.rootDir): Promise<PlayedRun> {
    const run = new PlayedRun(
      this.#entry.createLogger(this.stand.settings, options),
      rootDir,
    )
    this.#runs.push(run)
    await run.begin()
    return run
  }

  /** Delivers what is left, as `regimen sync` does. */
  async sync(deadlineMs = 30_000): Promise<SyncedRun[]> {
    const before = { ...process.env }
    Object.assign(process.env, this.stand.env)
    try {
      const report = (_: string, message: string) => void this.said.push(message)
      const { writers = {} } = this.#entry
      return await syncRuns(this.rootDir, { report, deadlineMs, writers })
    } finally {
      for (const name of Object.keys(this.stand.env ?? {})) delete process.env[name]
      Object.assign(process.env, before)
    }
  }

  /** The metrics that have arrived under a name, in order of arrival. */
  async metrics(name: string): Promise<Arrived[]> {
    const all = await this.stand.received()
    return all.filter((one) => one.kind === 'metric' && one.name === name)
  }

  /** Every step from 0 has arrived under a name, in order, once if the logger promises it. */
  async expectSteps(name: string, steps: number): Promise<void> {
    const found = (await this.metrics(name)).map(({ step }) => step)
    expectRising([...new Set(found)], steps, name)
    if (this.subject.mayRepeat?.includes('metric')) return
    assert.equal(found.length, steps, `"${name}" arrived twice`)
  }

  /** The spool is gone: nothing waits. */
  expectEmptySpool(): void {
    const left = filesIn(this.rootDir).filter((path) => path.includes('.spool'))
    assert.deepEqual(left, [], 'files left in the spool')
  }

  /** Ends the case: the key is nowhere that it should not be. */
  async close(): Promise<void> {
    try {
      this.#expectNoKey()
    } finally {
      await this.stand.stop()
      rmSync(this.folder, { recursive: true, force: true })
    }
  }

  #expectNoKey(): void {
    const { marker } = this.subject
    if (marker === undefined) return
    const said = [...this.said, ...this.#runs.flatMap(({ reports }) => reports)].join(
      '\n',
    )
    assert(!said.includes(marker), `The key was reported: ${said}`)
    for (const path of filesIn(this.folder)) {
      assert(!readFileSync(path).includes(marker), `The key is in the file ${path}`)
    }
    const urls = this.stand.service?.traffic().urls ?? ''
    assert(!urls.includes(marker), 'The key was sent in an address.')
  }
}

/** The numbers from 0 to below `count`, in order. */
export function expectRising(
  found: readonly unknown[],
  count: number,
  what: string,
): void {
  const gap = found.findIndex((step, index) => step !== index)
  const place = gap < 0 ? '' : `; ${gap} is ${String(found[gap])}`
  const text = `${what}: ${found.length} of ${count} have arrived in order${place}`
  assert(gap < 0 && found.length === count, text)
}

/** All files below a folder. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })
}

/** From built files as they are, so that classes are the same; from source through the test runner. */
async function importEntry(entry: string): Promise<object> {
  try {
    return (await import(/* @vite-ignore */ entry)) as object
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION')
      throw thrown
    return importTypeScript(entry)
  }
}

const LOOK_AGAIN_MS = 20
const PATIENCE_MS = 60_000

/** Waits until something is so, however long a busy machine takes. @throws after a minute */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += LOOK_AGAIN_MS) {
    assert(waited < PATIENCE_MS, `A minute has passed before ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** One case of the suite. */
export interface LoggerCase {
  /** Number of the group it belongs to. */
  readonly group: number
  /** A sentence about what holds. */
  readonly name: string
  /** @throws AssertionError if it does not hold */
  run(): Promise<void>
}

/** Makes cases of a group: each with a scene of its own. */
export function casesOf(subject: LoggerSubject, group: number) {
  return (name: string, play: (scene: Scene) => Promise<void>): LoggerCase => ({
    group,
    name,
    async run() {
      const scene = await Scene.open(subject)
      try {
        await play(scene)
      } catch (thrown) {
        await scene.stand.stop()
        throw thrown
      }
      await scene.close()
    },
  })
}
