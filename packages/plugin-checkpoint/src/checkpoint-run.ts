import type { HookPayload, Json, Position, Snapshot } from '@regimen/core'
import { nameOf } from './file-name.js'
import { fallsDue, planSave } from './plan.js'
import { resumeMemory } from './resume.js'
import { fileOf, RunFolder } from './run-folder.js'
import {
  afterSave,
  checkMemory,
  infoOf,
  memoryFromJson,
  memoryToJson,
  newMemory,
  type RunMemory,
} from './run-memory.js'
import type { CheckpointRunParts } from './run-parts.js'
import { SaveWriter } from './save-writer.js'
import { isValidating, scoreOf, valuesOf } from './score.js'
import type { CheckpointInfo } from './snapshot-file.js'

type Save = HookPayload<'save'>

/** Phases in which what is due after the latest batch is still to be done. */
const AFTER_BATCH: readonly Position['phase'][] = ['afterBatch', 'afterLastBatch']

/** The saving of one fit: what is due, what it remembers, what is being written. */
export class CheckpointRun {
  readonly #parts: CheckpointRunParts
  readonly #writer: SaveWriter
  #memory = newMemory()
  #saved: Json | undefined
  #position: Position | undefined
  /** The step of the latest `last`. */
  #lastStep = 0
  #samplesBefore = Number.POSITIVE_INFINITY

  constructor(parts: CheckpointRunParts) {
    this.#parts = parts
    this.#writer = new SaveWriter(parts.store, parts.prefix, parts.context)
  }

  /** The folder that it writes to, once there is one. */
  get folder(): string | undefined {
    return this.#writer.folder
  }

  /** The best score of this run, of the run that it resumes too. */
  get best(): RunMemory['best'] {
    return this.#memory.best
  }

  /** Whether a batch was trained, so that an error leaves something to be saved. */
  get hasTrained(): boolean {
    return this.#parts.context.state.samples > this.#samplesBefore
  }

  /** State that goes into snapshots. */
  saveState(): Json {
    return memoryToJson(this.#memory, this.#parts.settings)
  }

  /** State of the resumed run. @throws RangeError for anything else */
  loadState(saved: Json): void {
    if (saved !== null) checkMemory(saved)
    this.#saved = saved
  }

  /** Receives the position at which the resumed run was saved. */
  resumeAt(position: Position): void {
    this.#position = position
  }

  /**
   * Goes on in the folder that the run left off in. A new folder is made with the first save: until
   * then it is only seen to that there can be one.
   *
   * @throws REG_CHECKPOINT_WRITE
   */
  async start(): Promise<void> {
    const { settings, store, prefix, origin, context } = this.#parts
    const { step, samples } = context.state
    this.#memory = newMemory()
    this.#lastStep = step
    if (this.#saved !== undefined && this.#saved !== null) {
      const memory = memoryFromJson(this.#saved, settings)
      const { name, damaged = [] } = origin ?? {}
      const resumed = await resumeMemory(store, memory, { origin: name, damaged })
      this.#memory = resumed?.memory ?? { ...this.#memory, dues: memory.dues }
      if (resumed) this.#writer.continueIn(resumed.folder)
      else this.#sayBestIsLeft(memory)
    }
    if (this.folder === undefined) await RunFolder.check(store, prefix)
    const { dues } = this.#memory
    // What fell due with the batch that an interruption followed is asked for as that batch did.
    const isAfterBatch = this.#position && AFTER_BATCH.includes(this.#position.phase)
    if (isAfterBatch && (dues.numbered || dues.last)) context.requestSave()
    this.#samplesBefore = samples
  }

  /** Asks for a save if a schedule has fallen due. */
  afterBatch(): void {
    const { context, schedules } = this.#parts
    const isNumbered = fallsDue(schedules.numbered)
    const isLast = fallsDue(schedules.last)
    if (!isNumbered && !isLast) return
    const { dues } = this.#memory
    const fallen = { numbered: dues.numbered || isNumbered, last: dues.last || isLast }
    this.#memory = { ...this.#memory, dues: fallen }
    context.requestSave()
  }

  /** Copies and queues what is due. @throws REG_METRIC_MISSING, REG_CHECKPOINT_WRITE */
  async save(payload: Save): Promise<void> {
    const { settings, info, context, schedules } = this.#parts
    const { counters, validation, epoch, reason } = payload
    const hasValidation = isValidating(info)
    const score = await scoreOf(payload, { ...settings, hasValidation, id: context.id })
    const moment = {
      isEpoch: epoch,
      isValidation: validation,
      hasValidation,
      isInterrupted: reason === 'interrupted',
      isNumberedDue: epoch && schedules.numbered?.isDueAfterEpoch() === true,
      isLastDue: epoch && schedules.last?.isDueAfterEpoch() === true,
      score,
    }
    const plan = planSave(this.#memory.dues, settings, moment, this.#memory)
    this.#memory = { ...this.#memory, dues: plan.dues }
    if (!plan.isNumbered && !plan.isLast && !plan.isBest) return
    await this.#writer.makeRoom(plan.isLast)
    await this.#open()
    const before = this.#memory
    const index = epoch ? counters.epoch - 1 : counters.epoch
    const name = nameOf(settings, await valuesOf(payload, index))
    const where = {
      epoch: index,
      step: counters.step,
      protectedFile: this.#protectedFile,
    }
    const subject = { name, score, ...where }
    const { memory, numbered } = afterSave(before, plan, settings, subject)
    this.#memory = memory
    const labels = [plan.isLast && fileOf('last'), plan.isBest && fileOf('best')]
    const files = [numbered, ...labels].filter((file) => typeof file === 'string')
    const isRanked = plan.isNumbered || plan.isBest
    const progress = { ...counters, epoch: index, score: isRanked ? score : undefined }
    const checkpoint = infoOf(memory, settings, progress)
    this.#push(await payload.snapshot(), checkpoint, files, before)
  }

  /**
   * Waits until all is written. If `last` has a schedule, it is also written at the end of the training.
   *
   * @throws REG_CHECKPOINT_WRITE
   */
  async end({ isComplete }: { readonly isComplete: boolean }): Promise<void> {
    const { settings, context, schedules } = this.#parts
    const { step, batch, epoch } = context.state
    const hasSchedule = schedules.last !== undefined && !schedules.last.isNever
    if (isComplete && hasSchedule && step > this.#lastStep) {
      await this.#writer.makeRoom(true)
      await this.#open()
      const before = this.#memory
      this.#memory = { ...before, sequence: before.sequence + 1, dropped: [] }
      const progress = { step, batch, epoch: epoch - 1, score: undefined }
      const info = infoOf(this.#memory, settings, progress)
      this.#push(await context.snapshot(), info, [fileOf('last')], before)
    }
    await this.#writer.drain()
  }

  /** Leaves the state at an error. @throws REG_CHECKPOINT_WRITE, NaNError */
  async saveAfterError(): Promise<void> {
    await this.#writer.drain().catch(() => undefined)
    await this.#open()
    const snapshot = await this.#parts.context.snapshot()
    const { position } = snapshot.meta
    const progress = { ...position, score: undefined }
    const info = infoOf(this.#memory, this.#parts.settings, progress)
    await this.#writer.writeNow(snapshot, info, fileOf('exception'))
  }

  #push(
    snapshot: Snapshot,
    info: CheckpointInfo,
    files: string[],
    before: RunMemory,
  ): void {
    if (files.includes(fileOf('last'))) this.#lastStep = info.step
    const { kept, best } = before
    const refused = () => {
      if (this.#memory.sequence === info.sequence)
        this.#memory = { ...this.#memory, kept, best }
    }
    this.#writer.push({ snapshot, info, files, dropped: this.#memory.dropped, refused })
  }

  /** Reports that the run continues in a new folder, which has no best yet. */
  #sayBestIsLeft({ best, folder }: RunMemory): void {
    const { settings, context } = this.#parts
    if (!best) return
    const known = `The best ${JSON.stringify(settings.monitor)} so far, ${best.score} in epoch ${best.epoch + 1}, stays in ${folder}`
    context.report.info(`${known}: this run has a new folder, with a best of its own.`)
  }

  async #open(): Promise<void> {
    if (!(await this.#writer.openFolder(this.#parts.info.config))) return
    this.#memory = {
      ...this.#memory,
      run: crypto.randomUUID(),
      folder: this.folder ?? '',
    }
  }

  /** The file that the run was resumed from, if it lies in the folder of the run. */
  get #protectedFile(): string | undefined {
    const start = `${this.folder}/`
    const name = this.#parts.origin?.name ?? ''
    return name.startsWith(start) ? name.slice(start.length) : undefined
  }
}
