import { join } from 'node:path'
import { abandonClaim, confirmClaim, tidyRuns } from '@regimen/core/files'
import {
  claimFolder,
  fileError,
  folderName,
  logFolder,
  type RunFolder,
} from '@regimen/logger-kit/files'
import {
  type Capabilities,
  type CloseContext,
  defineWriter,
  type LogWriter,
  type OpenContext,
  type OpenResult,
  type ParameterRecord,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { BatchEncoder, type WrittenTags } from './batch-encoder.js'
import { EventFile, eventFilesIn } from './event-file.js'
import { HparamsRow } from './hparams.js'
import type { TensorboardSettings } from './options.js'
import { type Progress, TagSteps } from './tag-steps.js'

/** Where a run's events are; kept with the run. */
type Place = Readonly<{ folder: string; version: string | number; firstFile: string }>
type Evaluations = Readonly<Record<string, Progress>>
/** A run that is open. */
interface Run {
  readonly folder: string
  readonly context: OpenContext
  readonly hparams: HparamsRow
}

const KINDS = ['metric', 'parameter', 'text', 'histogram', 'image', 'graph'] as const

/** A batch of this size may end in the middle of what was logged at once. */
const MAX_ITEMS = 2000

/** Writes records to event files. */
class TensorboardWriter implements LogWriter {
  readonly capabilities: Capabilities
  readonly #settings: TensorboardSettings
  #run: Run | undefined
  #file: EventFile | undefined
  #tags: WrittenTags = noTags({})
  /** Hyperparameters of which more come in the next batch: they are written together. */
  #parameters: readonly ParameterRecord[] = []
  /** The folder of a run whose first file could not be made yet. */
  #claimed: RunFolder | undefined

  constructor(settings: TensorboardSettings) {
    this.#settings = settings
    this.capabilities = {
      kinds: KINDS,
      idempotent: KINDS,
      offline: 'native',
      isMixed: true,
      maxItems: MAX_ITEMS,
      maxBytes: 16 * 2 ** 20,
      flushMs: settings.flushMs ?? 1000,
    }
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const { name = 'tensorboard', dir } = this.#settings
    const parent = logFolder(context.rootDir, { name, ...(dir !== undefined && { dir }) })
    try {
      const { folder, version } = await this.#open(context, parent)
      const logDir = join(parent, folder)
      this.#run = { folder: logDir, context, hparams: new HparamsRow(context.state) }
      this.#tags = noTags((context.state.get('evaluations') ?? {}) as Evaluations)
      return { name, version, logDir }
    } catch (thrown) {
      throw fileError(thrown, `the events in ${parent}`)
    }
  }

  async write(batch: readonly WriterRecord[]): Promise<WriteResult> {
    const added = batch.filter((record) => record.kind === 'parameter')
    const parameters = [...this.#parameters, ...added]
    const isCut = batch.length >= MAX_ITEMS && batch.at(-1)?.kind === 'parameter'
    const result = await this.#append(async (encoder) => {
      if (!isCut) this.#addHparams(encoder, parameters)
      await encoder.add(batch)
    })
    if (!isCut) this.#opened().hparams.confirm(parameters)
    this.#parameters = isCut ? parameters : []
    return result
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    if (this.#claimed) abandonClaim(this.#claimed.path)
    this.#claimed = undefined
    if (!this.#run) return
    const { hparams, context } = this.#run
    if (this.#parameters.length > 0) await this.write([])
    const end = hparams.end(status, endedAt)
    if (end.length > 0) {
      await this.#append(async (encoder) =>
        encoder.addValues({ time: endedAt, step: 0 }, end),
      )
      hparams.confirmEnd()
    }
    const evaluations = Object.fromEntries(this.#tags.evaluations.entries())
    if (Object.keys(evaluations).length > 0) context.state.set('evaluations', evaluations)
    await this.#closeFile()
    this.#run = undefined
  }

  #addHparams(encoder: BatchEncoder, parameters: readonly ParameterRecord[]): void {
    const values = this.#opened().hparams.begin(parameters, this.#settings.hparamMetrics)
    if (parameters[0] && values.length > 0) encoder.addValues(parameters[0], values)
  }

  /** Opens a new file: in the folder that the run has already, or in a new one. */
  async #open({ state, report, now }: OpenContext, parent: string): Promise<Place> {
    await this.#closeFile()
    const known = state.get('place') as Place | undefined
    if (known) {
      const folder = join(parent, known.folder)
      if ((await eventFilesIn(folder)).includes(known.firstFile)) {
        this.#file = await EventFile.create(folder, now())
        await tidyRuns(parent)
        return known
      }
      report(
        'warn',
        `The events of this run are not in ${folder} any more; a new log is begun.`,
      )
    }
    this.#claimed ??= await claimFolder(
      parent,
      known ? undefined : this.#settings.version,
    )
    const { path, version } = this.#claimed
    if ((await eventFilesIn(path)).length > 0) {
      const text = `${path} has events of an earlier run. TensorBoard shows the two as one, and of`
      report('info', `${text} each tag what the earlier one has before this one begins.`)
    }
    this.#file = await EventFile.create(path, now())
    confirmClaim(path)
    this.#claimed = undefined
    const place = { folder: folderName(version), version, firstFile: this.#file.name }
    state.set('place', place)
    return place
  }

  /**
   * Writes what is encoded, or nothing that counts: after a record that was cut short nothing can be
   * read, so that the next write begins a new file.
   */
  async #append(encode: (encoder: BatchEncoder) => Promise<void>): Promise<WriteResult> {
    const { folder, context } = this.#opened()
    const encoder = new BatchEncoder(this.#tags, this.#settings.prefix)
    try {
      this.#file ??= await EventFile.create(folder, context.now())
      await encode(encoder)
      if (encoder.events.length > 0) await this.#file.append(encoder.events)
      this.#tags = encoder.tags
      return { rejected: encoder.rejected }
    } catch (thrown) {
      if (this.#file?.isTorn) {
        this.#tags = { ...this.#tags, seen: new Set() }
        await this.#closeFile()
      }
      throw fileError(thrown, `the events in ${folder}`)
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  #opened(): Run {
    if (this.#run) return this.#run
    throw new Error('The log is not open.')
  }
}

function noTags(evaluations: Evaluations): WrittenTags {
  const ahead = new TagSteps(Object.entries(evaluations))
  return { seen: new Set(), steps: new TagSteps(), evaluations: ahead }
}

/** Writes records to event files. */
export const writer = defineWriter<TensorboardSettings>(
  (settings) => new TensorboardWriter(settings),
)
