import { Breath } from './breathe.js'
import type { EventBus } from './events.js'
import type { TapMonitor } from './hook-guard.js'
import type { HookTable } from './hooks.js'
import type { HookPayload, SeriesName } from './lifecycle.js'
import type { LogBook } from './log-book.js'
import type { TrainingModule } from './module.js'
import type { ResolvedOptions } from './options.js'
import type { Reporter } from './plugin.js'
import type { RecordContent, RecordPosition } from './records.js'
import type { MutableRunState, Stage } from './run-state.js'
import type { StopLatch } from './stop.js'
import type { VariableTable } from './variables.js'

/** What every run needs, whatever it does. */
export interface RunParts {
  readonly stage: Stage
  readonly module: TrainingModule<unknown>
  readonly options: ResolvedOptions
  readonly state: MutableRunState
  readonly hooks: HookTable
  readonly bus: EventBus
  readonly monitor: TapMonitor
  readonly latch: StopLatch
  readonly report: Reporter
  readonly table: VariableTable
  readonly book: LogBook
}

/** One call of `fit`, `validate`, `test` or `predict`. */
export class Run {
  readonly stage: Stage
  readonly module: TrainingModule<unknown>
  readonly options: ResolvedOptions
  readonly state: MutableRunState
  readonly hooks: HookTable
  readonly bus: EventBus
  readonly monitor: TapMonitor
  readonly latch: StopLatch
  readonly report: Reporter
  readonly table: VariableTable
  readonly book: LogBook
  readonly breath: Breath
  readonly #evaluationIndices = { validation: 0, test: 0 }

  constructor(parts: RunParts) {
    this.stage = parts.stage
    this.module = parts.module
    this.options = parts.options
    this.state = parts.state
    this.hooks = parts.hooks
    this.bus = parts.bus
    this.monitor = parts.monitor
    this.latch = parts.latch
    this.report = parts.report
    this.table = parts.table
    this.book = parts.book
    this.breath = new Breath(parts.options.yieldEvery)
  }

  /** Calls a hook's taps, then its watchers. Nothing is returned where nothing had to be waited for. */
  emit<Name extends SeriesName>(name: Name, payload: HookPayload<Name>): Promise<void> | undefined {
    const taps = this.hooks.series(name, payload)
    if (taps === undefined) {
      this.bus.emit(name, payload)
      return undefined
    }
    return taps.then(() => this.bus.emit(name, payload))
  }

  /** Calls an end hook while an error is on its way: what fails now is reported and does not replace it. */
  async emitAfterError<Name extends SeriesName>(
    name: Name,
    payload: HookPayload<Name>,
  ): Promise<void> {
    try {
      await this.emit(name, payload)
    } catch (secondary) {
      this.report.warn(`After the first error this failed too: ${(secondary as Error).message}`)
    }
  }

  /** The index of an evaluation's next step record, counted over the whole run. */
  takeEvaluationIndex(kind: 'validation' | 'test'): number {
    const index = this.#evaluationIndices[kind]
    this.#evaluationIndices[kind]++
    return index
  }

  /** Whether making a record is worth while. */
  get hasRecordReaders(): boolean {
    return this.hooks.isTapped('record') || this.bus.isWatched('record')
  }

  /** Sends a record to the loggers. */
  async record(content: RecordContent, position?: Partial<RecordPosition>): Promise<void> {
    if (!this.hasRecordReaders) return
    const { epoch, batch, step, samples } = this.state
    await this.emit('record', {
      stage: this.stage,
      epoch,
      step: Math.max(0, step - 1),
      batch: Math.max(0, batch - 1),
      samples,
      time: Date.now(),
      ...position,
      ...content,
    })
  }
}
