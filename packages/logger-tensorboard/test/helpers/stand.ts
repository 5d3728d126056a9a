import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@regimen/core'
import type {
  LogWriter,
  MetricRecord,
  OpenContext,
  RunStatus,
  WriterRecord,
} from '@regimen/logger-kit'
import { afterEach } from 'vitest'
import type { TensorboardSettings } from '../../src/index.js'
import { writer } from '../../src/writer.js'
import { type ReadEvent, readEvents } from './read-events.js'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'logger-tensorboard-'))
  made.push(folder)
  return folder
}

/** When a run goes on, and as which. */
interface Identity {
  readonly runId?: string
  readonly state?: ReadonlyMap<string, Json>
}

/** One run of the writer without the kit around it. Its clock stands still. */
export class Stand {
  readonly reports: string[] = []
  readonly state: Map<string, Json>
  readonly #context: OpenContext
  logDir = ''
  #seq = 0

  private constructor(
    rootDir: string,
    readonly writer: LogWriter,
    { runId = 'a'.repeat(32), state = new Map() }: Identity,
  ) {
    this.state = new Map(state)
    this.#context = {
      runId,
      id: 'tensorboard-logger',
      startedAt: 1_700_000_000_000,
      rootDir,
      isReplay: false,
      state: {
        get: (key) => this.state.get(key),
        set: (key, value) => void this.state.set(key, value),
      },
      fetch: () => Promise.reject(new Error('no request is made')),
      emit: () => undefined,
      report: (_, message) => void this.reports.push(message),
      signal: new AbortController().signal,
      now: () => 1_700_000_000_000,
      sleep: () => Promise.resolve(),
    }
  }

  /** Opens a run: a new one, or one that is gone on with by its id and state. */
  static async open(
    rootDir: string,
    settings: TensorboardSettings = {},
    identity: Identity = {},
  ): Promise<Stand> {
    const stand = new Stand(rootDir, writer.create(settings, { secrets: {} }), identity)
    await stand.reopen()
    return stand
  }

  async reopen(): Promise<void> {
    const opened = await this.writer.open(this.#context)
    this.logDir = opened?.logDir ?? ''
  }

  /** Records of what was logged at once. */
  metrics(values: Readonly<Record<string, number>>, at: Partial<MetricRecord> = {}) {
    const group = this.#seq + 1
    return Object.entries(values).map(([name, value]): MetricRecord => {
      const where = { step: 0, epoch: 0, source: 'train', interval: 'step' } as const
      const time = 1_700_000_000_000
      return { kind: 'metric', name, value, time, ...where, ...at, seq: ++this.#seq, group }
    })
  }

  /** Writes one metric at each of some steps. */
  async log(name: string, steps: readonly number[], at: Partial<MetricRecord> = {}): Promise<void> {
    await this.write(steps.flatMap((step) => this.metrics({ [name]: step / 10 }, { ...at, step })))
  }

  async write(records: readonly WriterRecord[]) {
    return this.writer.write(records)
  }

  async close(status: RunStatus = 'finished'): Promise<void> {
    const signal = new AbortController().signal
    await this.writer.close({ status, endedAt: 1_700_000_100_000, signal })
  }

  /** The event files, in the order in which they are read. */
  files(): string[] {
    const names = readdirSync(this.logDir).filter((name) => name.includes('tfevents'))
    return names.sort().map((name) => join(this.logDir, name))
  }

  /** The events of all files. */
  events(): ReadEvent[] {
    return this.files().flatMap((path) => readEvents(readFileSync(path)))
  }

  /** Steps and values of a tag, in order. */
  points(tag: string): (readonly [step: number, value: number])[] {
    return this.events().flatMap(({ step, values }) =>
      values.flatMap((value) =>
        value.tag === tag ? [[step, value.scalar ?? Number.NaN] as const] : [],
      ),
    )
  }
}
