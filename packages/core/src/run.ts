import { Breath } from './breathe.js'
import { messageOf, RegimenError } from './errors.js'
import type { EventBus } from './events.js'
import type { TapMonitor } from './hook-guard.js'
import type { HookTable } from './hooks.js'
import type { HookPayload, SeriesName } from './lifecycle.js'
import type { MetricLog } from './metric-log.js'
import type { LogOptions, MetricValue, StepContext, TrainingModule } from './module.js'
import { quote } from './nearest.js'
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
  /** Name of the tfjs backend in use. */
  readonly backend: string
}

/** {@link StepContext} as the loop writes it: one object for many steps, since one per step costs much. */
export type MutableStepContext = { -readonly [Key in keyof StepContext]: StepContext[Key] }

/** One call of `fit`, `validate`, `test` or `predict`. */
export class Run {
  readonly parts: RunParts
  readonly state: MutableRunState
  readonly hooks: HookTable
  readonly breath: Breath
  /** Where logged values go at the moment. */
  activeLog: MetricLog | undefined
  /** Step records of evaluations so far. */
  readonly evaluationSteps = { validation: 0, test: 0 }

  constructor(parts: RunParts) {
    this.parts = parts
    this.state = parts.state
    this.hooks = parts.hooks
    this.breath = new Breath(parts.options.yieldEvery)
  }

  get isInterrupted(): boolean {
    return this.parts.latch.isInterrupted
  }

  /** Calls a hook's taps, then its watchers. Gives a promise only where a tap has to be waited for. */
  emit<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> | undefined {
    const taps = this.hooks.series(name, payload)
    if (taps) return taps.then(() => this.parts.bus.emit(name, payload))
    this.parts.bus.emit(name, payload)
    return undefined
  }

  /** Calls an end hook while an error is on its way, which a second error does not replace. */
  async emitAfterError<N extends SeriesName>(name: N, payload: HookPayload<N>): Promise<void> {
    try {
      await this.emit(name, payload)
    } catch (secondary) {
      this.parts.report.warn(`After the first error this failed too: ${messageOf(secondary)}`)
    }
  }

  /** Takes a value from `ctx.log`. @throws REG_LOG_PLACE, REG_LOG_INVALID, REG_BATCH_SIZE */
  log(name: string, value: MetricValue, options?: LogOptions): void {
    if (this.activeLog) {
      this.activeLog.log(name, value, options)
      return
    }
    const places = 'in a step, from batchStart to batchEnd, or in epochStart and the hooks that end'
    const text = `${quote(name)} was logged where no metrics are collected. Log ${places} an epoch.`
    throw new RegimenError('REG_LOG_PLACE', text)
  }

  /** Whether making a record is worth while. */
  get hasRecordReaders(): boolean {
    return this.hooks.isTapped('record') || this.parts.bus.isWatched('record')
  }

  /** Sends a record to the loggers. */
  async record(content: RecordContent, position?: Partial<RecordPosition>): Promise<void> {
    if (!this.hasRecordReaders) return
    const { epoch, samples } = this.state
    const step = Math.max(0, this.state.step - 1)
    const batch = Math.max(0, this.state.batch - 1)
    const { stage } = this.parts
    const time = Date.now()
    await this.emit('record', { stage, epoch, step, batch, samples, time, ...position, ...content })
  }

  /** A context for steps. */
  stepContext(training: boolean, loader?: string): MutableStepContext {
    const { stage, latch } = this.parts
    const { epoch, step } = this.state
    const log: StepContext['log'] = (name, value, options) => this.log(name, value, options)
    return { stage, training, signal: latch.signal, loader, epoch, batch: 0, step, log }
  }
}
