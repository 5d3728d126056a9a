import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@regimen/core'
import type { LogWriter, MetricRecord, OpenContext, WriterRecord } from '@regimen/logger-kit'
import { afterEach } from 'vitest'
import type { CsvSettings } from '../../src/index.js'
import { writer } from '../../src/writer.js'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'logger-csv-'))
  made.push(folder)
  return folder
}

/** One run of the writer without the kit around it. */
export class Stand {
  readonly reports: string[] = []
  readonly state: Map<string, Json>
  readonly #context: OpenContext
  logDir = ''
  #seq = 0

  private constructor(
    readonly rootDir: string,
    readonly writer: LogWriter,
    runId: string,
    state: ReadonlyMap<string, Json>,
  ) {
    this.state = new Map(state)
    this.#context = {
      runId,
      id: 'csv-logger',
      startedAt: 0,
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
      now: () => 0,
      sleep: () => Promise.resolve(),
    }
  }

  /** Opens a run: a new one, or one that is gone on with by its id and state. */
  static async open(
    rootDir: string,
    settings: CsvSettings = {},
    { runId = 'a'.repeat(32), state = new Map() as ReadonlyMap<string, Json> } = {},
  ): Promise<Stand> {
    const stand = new Stand(rootDir, writer.create(settings, { secrets: {} }), runId, state)
    const opened = await stand.writer.open(stand.#context)
    stand.logDir = opened?.logDir ?? ''
    return stand
  }

  /** Writes what was logged at once at each of some steps, in one batch. */
  async log(...rows: readonly Readonly<Record<string, number>>[]): Promise<void> {
    await this.write(rows.flatMap((values, step) => this.metrics(values, { step })))
  }

  /** Records of what was logged at once. */
  metrics(values: Readonly<Record<string, number>>, at: Partial<MetricRecord> = {}) {
    const group = this.#seq + 1
    return Object.entries(values).map(([name, value]): MetricRecord => {
      const where = { time: 1, step: 0, epoch: 0, source: 'train', interval: 'step' } as const
      return { kind: 'metric', name, value, ...where, ...at, seq: ++this.#seq, group }
    })
  }

  write(records: readonly WriterRecord[]) {
    return this.writer.write(records)
  }

  async close(): Promise<void> {
    const signal = new AbortController().signal
    await this.writer.close({ status: 'finished', endedAt: 0, signal })
  }

  /** A file of the run. */
  read(name: string): string {
    return readFileSync(join(this.logDir, name), 'utf8')
  }

  /** The lines of `metrics.csv`. */
  table(): string[] {
    return this.read('metrics.csv').trimEnd().split('\n')
  }

  /** The lines of `metrics.jsonl`. */
  lines(): Readonly<Record<string, unknown>>[] {
    const lines = this.read('metrics.jsonl').trimEnd().split('\n')
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}
