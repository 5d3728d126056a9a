import { existsSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  abandonClaim,
  confirmClaim,
  makeFolder,
  renameFile,
  temporaryPath,
  tidyRuns,
} from '@regimen/core/files'
import {
  claimFolder,
  fileError,
  folderName,
  logFolder,
  type RunFolder,
  replaceFile,
} from '@regimen/logger-kit/files'
import {
  type Capabilities,
  type CloseContext,
  defineWriter,
  type LogWriter,
  type MetricRecord,
  type OpenContext,
  type OpenResult,
  type Rejection,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { imageFile } from './image-file.js'
import { jsonLine } from './json-lines.js'
import type { CsvSettings } from './options.js'
import { type RunFacts, RunFiles } from './run-files.js'
import { rowsOf } from './table.js'
import { yamlEntry } from './yaml.js'

/** Where a run's files are; kept with the run. */
type Place = {
  readonly folder: string
  readonly version: string | number
  readonly number: number
}

/** A batch of this size may end in the middle of a row. */
const MAX_ITEMS = 2000

/** Writes records to the files of a run. */
class CsvWriter implements LogWriter {
  readonly capabilities: Capabilities
  readonly #settings: CsvSettings
  #folder: string | undefined
  #files: RunFiles | undefined
  #run: Pick<RunFacts, 'runId' | 'startedAt'> | undefined
  /** The folder of a run whose files could not be made yet. */
  #claimed: RunFolder | undefined
  /** `seq` of records that are in `metrics.jsonl`, of batches that failed after that. */
  readonly #logged = new Set<number>()

  constructor(settings: CsvSettings) {
    this.#settings = settings
    this.capabilities = {
      kinds: ['metric', 'parameter', 'text', 'histogram', 'image', 'graph'],
      idempotent: ['metric', 'parameter', 'text', 'histogram', 'image', 'graph'],
      offline: 'native',
      isMixed: true,
      maxItems: MAX_ITEMS,
      maxBytes: 16 * 2 ** 20,
      flushMs: settings.flushMs ?? 1000,
    }
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const { name = 'csv', dir } = this.#settings
    const parent = logFolder(context.rootDir, { name, ...(dir !== undefined && { dir }) })
    try {
      const place = await this.#open(context, parent)
      this.#folder = join(parent, place.folder)
      const { runId, startedAt } = context
      this.#run = { runId, startedAt }
      await this.#files?.writeFacts({ ...this.#run, status: 'running' })
      return { name, version: place.version, logDir: this.#folder }
    } catch (thrown) {
      throw fileError(thrown, `the log in ${parent}`)
    }
  }

  async write(batch: readonly WriterRecord[]): Promise<WriteResult> {
    const [files, folder] = [this.#files, this.#folder]
    if (!files || folder === undefined) throw new Error('The log is not open.')
    const records = batch.map((record) => this.#prefixed(record))
    try {
      const rejected: Rejection[] = []
      for (const record of records) {
        const message = await writeFileOf(record, folder)
        if (message) rejected.push({ seq: record.seq, code: record.kind, message })
      }
      await files.addParameters(
        records.flatMap((one) =>
          one.kind === 'parameter' ? [yamlEntry(one.name, one.value)] : [],
        ),
      )
      // What is before this may be done twice when the batch comes again, what follows may not.
      const lines = records.filter(({ seq }) => !this.#logged.has(seq)).map(jsonLine)
      await files.appendLines(lines.join(''))
      for (const { seq } of batch) this.#logged.add(seq)
      const rows = rowsOf(records.filter((one) => one.kind === 'metric'))
      await files.table.add(rows, { isCut: batch.length >= MAX_ITEMS })
      for (const { seq } of batch) this.#logged.delete(seq)
      return { rejected }
    } catch (thrown) {
      throw fileError(thrown, `the log in ${folder}`)
    }
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    try {
      const [files, run] = [this.#files, this.#run]
      await files?.close()
      if (run) await files?.writeFacts({ ...run, endedAt, status })
    } catch (thrown) {
      throw fileError(thrown, `the log in ${this.#folder}`)
    }
    this.#files = undefined
    if (this.#claimed) abandonClaim(this.#claimed.path)
    this.#claimed = undefined
  }

  /** In the folder that the run has already, or in a new one. */
  async #open({ state, runId, report }: OpenContext, parent: string): Promise<Place> {
    const known = state.get('place') as Place | undefined
    if (known) {
      const folder = join(parent, known.folder)
      this.#files ??= await RunFiles.reopen(folder, { number: known.number, runId })
      if (this.#files) {
        await tidyRuns(parent)
        return known
      }
      report(
        'warn',
        `The log of this run is not in ${folder} any more; a new one is begun.`,
      )
    }
    this.#claimed ??= await claimFolder(
      parent,
      known ? undefined : this.#settings.version,
    )
    const { path, version } = this.#claimed
    let number = 1
    while (!this.#files) {
      this.#files = await RunFiles.create(path, { number, runId })
      if (!this.#files) number++
    }
    confirmClaim(path)
    this.#claimed = undefined
    if (number > 1) {
      report(
        'warn',
        `${path} has the log of another run, which stays; this one has the number ${number}.`,
      )
    }
    const place = { folder: folderName(version), version, number }
    state.set('place', place)
    return place
  }

  #prefixed(record: WriterRecord): WriterRecord {
    const { prefix } = this.#settings
    if (prefix === undefined || record.kind !== 'metric') return record
    return { ...record, name: `${prefix}-${record.name}` } satisfies MetricRecord
  }
}

/** The text under which a run records its configuration, and the file that it becomes. */
const CONFIG = 'config.json'

/** Writes what has a separate file: an image, the graph, the configuration. @returns why it cannot be written, if so */
async function writeFileOf(
  record: WriterRecord,
  folder: string,
): Promise<string | undefined> {
  if (record.kind === 'graph') {
    const file = record.format === 'keras-json' ? 'graph.json' : 'graph.txt'
    await replaceFile(join(folder, file), record.body)
  }
  if (record.kind === 'text' && record.name === CONFIG)
    await replaceFile(join(folder, CONFIG), record.text)
  if (record.kind !== 'image') return undefined
  if (!existsSync(record.file)) return `The file of image "${record.name}" is gone.`
  makeFolder(join(folder, 'images'))
  const path = join(folder, imageFile(record))
  await replaceByCopy(record.file, path)
  return undefined
}

async function replaceByCopy(from: string, path: string): Promise<void> {
  const temporary = temporaryPath(path)
  try {
    await copyFile(from, temporary)
    await renameFile(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

/** Writes records to `metrics.csv`, `metrics.jsonl` and `hparams.yaml`, and how the run goes to `run.json`. */
export const writer = defineWriter<CsvSettings>((settings) => new CsvWriter(settings))
