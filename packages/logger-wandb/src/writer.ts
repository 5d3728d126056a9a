import { hostname } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileError } from '@regimen/logger-kit/files'
import {
  type Capabilities,
  type CloseContext,
  defineWriter,
  type LogWriter,
  type OpenContext,
  type OpenResult,
  type Rejection,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { metadataText, settingsText } from './files.js'
import { faultOfPath, mediaOf } from './media.js'
import type { WandbSettings } from './options.js'
import { RecordEncoder, type RunFields } from './records.js'
import { Rows } from './rows.js'
import { RunFolder } from './run-folder.js'

const KINDS = [
  'metric',
  'parameter',
  'text',
  'image',
  'histogram',
  'artifact',
  'graph',
] as const
/** As a shell says that somebody interrupted a program. */
const CODES = { finished: 0, failed: 1, interrupted: 130 } as const

/** A run that is open. */
interface OpenRun {
  readonly context: OpenContext
  readonly folder: RunFolder
  readonly encoder: RecordEncoder
  readonly rows: Rows
  readonly fields: RunFields
}

/** Writes records into the files of W&B's offline mode. */
class WandbWriter implements LogWriter {
  readonly capabilities: Capabilities = {
    kinds: KINDS,
    idempotent: KINDS,
    offline: 'native',
    isMixed: true,
    maxItems: 2000,
    maxBytes: 16 * 2 ** 20,
    flushMs: 1000,
  }
  readonly #settings: WandbSettings
  readonly #parameters = new Map<string, unknown>()
  #run: OpenRun | undefined

  constructor(settings: WandbSettings) {
    this.#settings = settings
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const settings = this.#settings
    const { dir = '' } = settings
    const root = isAbsolute(dir) ? dir : join(context.rootDir, dir)
    const { state } = context
    const known = state.get('id')
    const id = settings.runId ?? String(known ?? context.runId.slice(0, 8))
    const startingStep = Number(state.get('step') ?? 0)
    try {
      await this.#run?.folder.close()
      const folder = await RunFolder.create(join(root, 'wandb'), id, context.now())
      const fields = {
        ...{ ...settings, id, startingStep, host: hostname() },
        startedAt: context.startedAt,
        isResumed: known !== undefined,
      }
      const encoder = new RecordEncoder()
      const rows = new Rows(startingStep, fields)
      this.#run = { context, folder, encoder, rows, fields }
      await this.#begin(this.#run)
      state.set('id', id)
      return { name: settings.name ?? id, version: id, logDir: folder.path }
    } catch (thrown) {
      await this.#run?.folder.close()
      this.#run = undefined
      throw fileError(thrown, `the run in ${join(root, 'wandb')}`)
    }
  }

  async write(batch: readonly WriterRecord[]): Promise<WriteResult> {
    const { folder, encoder, rows, context } = this.#opened
    const rejected: Rejection[] = []
    const records: Buffer[] = []
    const draft = rows.draft()
    try {
      const parameters: [string, unknown][] = []
      for (const record of batch) {
        if (record.kind === 'metric') draft.add(record)
        else if (record.kind === 'parameter') parameters.push([record.name, record.value])
        else if (record.kind !== 'other') {
          const media = mediaOf(record, draft.nextRow)
          const fault = media.file && faultOfPath(media.file.path)
          if (fault !== undefined) {
            const message = `No file "${media.file?.path}": ${fault}`
            rejected.push({ seq: record.seq, code: 'path', message })
            continue
          }
          if (media.file) {
            await folder.keep(media.file)
            records.push(encoder.file(media.file.path, media.file.type))
          }
          if (media.value && 'name' in record) draft.addMedia(record, media.value)
        }
      }
      if (parameters.length > 0) records.push(encoder.config(parameters))
      for (const [number, row] of draft.finished())
        records.push(encoder.history(row, number))
      const { changes } = draft
      if (changes.size > 0) records.push(encoder.summary(changes))
      await folder.append(records)
      for (const [name, value] of parameters) this.#parameters.set(name, value)
      rows.accept(draft)
      context.state.set('step', rows.nextRow)
      return { rejected }
    } catch (thrown) {
      throw fileError(thrown, `the run in ${folder.path}`)
    }
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    const run = this.#run
    if (!run) return
    const { folder, encoder, rows, fields } = run
    const runtime = Math.max(0, Math.round((endedAt - fields.startedAt) / 1000))
    try {
      await this.#describe(run)
      const summary = Object.fromEntries(rows.summary)
      const text = JSON.stringify(summary)
      await folder.keep({ path: 'wandb-summary.json', type: 'other', content: { text } })
      await folder.append([encoder.exit(CODES[status], runtime)])
      await folder.close()
      this.#run = undefined
    } catch (thrown) {
      const failure = fileError(thrown, `the run in ${folder.path}`)
      // What may be over in a while is tried again, with the file as it is.
      if (failure.kind === 'permanent') await folder.close()
      throw failure
    }
  }

  async #begin(run: OpenRun): Promise<void> {
    const { folder, encoder, fields } = run
    const records = [encoder.header(), encoder.run(fields), ...encoder.stepMetric()]
    const text = metadataText(fields)
    const metadata = 'wandb-metadata.json'
    await folder.keep({ path: metadata, type: 'other', content: { text } })
    await this.#describe(run)
    await folder.append([...records, encoder.file(metadata, 'wandb')])
  }

  async #describe({ folder }: OpenRun): Promise<void> {
    const text = settingsText(this.#parameters)
    await folder.keep({ path: 'config.yaml', type: 'other', content: { text } })
  }

  get #opened(): OpenRun {
    if (this.#run) return this.#run
    throw new Error('The run is not open.')
  }
}

/** Writes records into the files of W&B's offline mode. */
export const writer = defineWriter<WandbSettings>((settings) => new WandbWriter(settings))
