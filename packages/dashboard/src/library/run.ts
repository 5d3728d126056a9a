import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeFileError } from '@regimen/core/files'
import type { Series } from '../curves/series.js'
import type { RunCheckpoints } from './checkpoint-files.js'
import { FileTail, type TailReader } from './file-tail.js'
import { type Hyperparameter, parseHparams } from './hparams-file.js'
import { MetricTable } from './metric-table.js'
import { RecordLog } from './record-log.js'
import type { RunFiles } from './run-files.js'
import { outcomeOf, parseFacts, type RunFacts, type RunOutcome } from './run-status.js'

/** One run in a folder, which may still be written to. */
export class Run {
  readonly files: RunFiles
  /** Its checkpoints, as far as their folder says whose they are. */
  checkpoints: RunCheckpoints | undefined
  readonly #table = new TableReader()
  readonly #log = new RecordLog()
  readonly #tableTail: FileTail
  readonly #logTail: FileTail
  #facts: RunFacts | undefined
  #hparams: Readonly<Record<string, Hyperparameter>> = {}
  readonly #faults = new Map<string, string>()
  #readingRecords: Promise<boolean> | undefined
  #touched = 0

  constructor(files: RunFiles) {
    this.files = files
    this.#tableTail = new FileTail(this.pathOf('metrics', 'csv'), this.#table)
    this.#logTail = new FileTail(this.pathOf('metrics', 'jsonl'), this.#log)
  }

  get id(): string {
    return this.files.id
  }

  /** When its metrics last changed, in milliseconds since 1970. */
  get touched(): number {
    return this.#touched
  }

  /** When it began: what `run.json` says, else what is known of the files. */
  get startedAt(): number | undefined {
    return this.#facts?.startedAt
  }

  get endedAt(): number | undefined {
    return this.#facts?.endedAt
  }

  get runId(): string | undefined {
    return this.#facts?.runId
  }

  get outcome(): RunOutcome {
    return outcomeOf(this.#facts, this.#touched)
  }

  get hparams(): Readonly<Record<string, Hyperparameter>> {
    return this.#hparams
  }

  get series(): readonly Series[] {
    return this.#table.table.series()
  }

  /** Texts, images, histograms and the graph: what {@link readRecords} has read so far. */
  get log(): RecordLog {
    return this.#log
  }

  /** What could not be read, in words and in one order, whichever was read first. */
  get faults(): readonly string[] {
    const { table } = this.#table
    const damaged = table.damagedRows
    const isForeign = table.isTable === false
    const name = `metrics${this.files.suffix}.csv`
    return [
      ...[...this.#faults].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text),
      ...(isForeign ? [`${name} is no table of metrics: its columns are others`] : []),
      ...(damaged > 0 ? [`${name} has ${damagedText(damaged)} left out`] : []),
    ]
  }

  /** Path of a file of this run. */
  pathOf(name: string, extension: string): string {
    return join(this.files.folder, `${name}${this.files.suffix}.${extension}`)
  }

  /** Reads what is new. @returns whether a metric, a hyperparameter or the outcome changed */
  async refresh(): Promise<boolean> {
    const before = this.outcome
    const [hasMetrics, hasHparams] = await Promise.all([
      this.#try('metrics', () => this.#tableTail.read()),
      this.#try('hparams', () => this.#readHparams()),
      this.#try('run', () => this.#readFacts()),
    ])
    const path = this.pathOf('metrics', 'csv')
    this.#touched = (await stat(path).catch(() => undefined))?.mtimeMs ?? this.#touched
    return Boolean(hasMetrics || hasHparams || this.outcome !== before)
  }

  /** Reads what is new of the records. Cost: the whole file, the first time. One reading at a time. */
  readRecords(): Promise<boolean> {
    this.#readingRecords ??= this.#readLog().finally(() => {
      this.#readingRecords = undefined
    })
    return this.#readingRecords
  }

  /** Gives the values of all series the times that their records carry. Cost: as {@link readRecords}. */
  async readTimes(): Promise<void> {
    await this.readRecords()
    for (const one of this.series) this.#log.times.stamp(one)
  }

  async #readLog(): Promise<boolean> {
    const read = () => this.#logTail.read().catch(noneIfMissing)
    return (await this.#try('records', read)) ?? false
  }

  async #readHparams(): Promise<boolean> {
    const text = await textOf(this.pathOf('hparams', 'yaml'))
    const found = text === undefined ? {} : parseHparams(text)
    const name = `hparams${this.files.suffix}.yaml`
    if (!found) throw new Error(`${name} is no list of hyperparameters`)
    const isNew = JSON.stringify(found) !== JSON.stringify(this.#hparams)
    this.#hparams = found
    return isNew
  }

  async #readFacts(): Promise<void> {
    const text = await textOf(this.pathOf('run', 'json'))
    this.#facts = text === undefined ? undefined : parseFacts(text)
    if (text !== undefined && !this.#facts)
      throw new Error(`run${this.files.suffix}.json does not say how the run went`)
  }

  async #try<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await read()
      this.#faults.delete(what)
      return result
    } catch (thrown) {
      const isSystem = (thrown as NodeJS.ErrnoException).code !== undefined
      const text = isSystem ? describeFileError(thrown) : (thrown as Error).message
      this.#faults.set(what, isSystem ? `${what}: ${text}` : text)
      return undefined
    }
  }
}

const damagedText = (count: number): string =>
  count === 1 ? '1 damaged row, which is' : `${count} damaged rows, which are`

/** Reads a table, and another one if the file is replaced. */
class TableReader implements TailReader {
  table = new MetricTable()

  reset(): void {
    this.table = new MetricTable()
  }

  push(bytes: Uint8Array): number {
    return this.table.push(bytes)
  }
}

/** A run need not have records. @throws any other error */
function noneIfMissing(thrown: NodeJS.ErrnoException): false {
  if (thrown.code === 'ENOENT') return false
  throw thrown
}

/** The text of a small file; nothing if there is none. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
