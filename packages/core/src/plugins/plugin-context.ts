import type * as tf from '@tensorflow/tfjs-core'
import type { Every } from '../floor/every.js'
import type { Schedule } from '../floor/schedule.js'
import type { SyncSection, TapObserver } from '../hooks/call-wrappers.js'
import type { TrainerEvents } from '../hooks/event-bus.js'
import type { Reporter } from '../hooks/report.js'
import type { Hooks } from '../hooks/tappable.js'
import type { RecordContent } from '../metrics/records.js'
import type { StepContext } from '../module/modules.js'
import type { RunState } from '../state/run-state.js'
import type { Snapshot } from '../state/snapshot.js'
import type { TrainerServices } from './services.js'
import type { StepRunner, StepWrapOptions } from './step-runner.js'

/** A plugin as others see it. */
export interface PluginInfo {
  /** Unique in its trainer. */
  readonly id: string
  /** Name of the plugin, shared by several of its kind. */
  readonly name: string
  /** Whether it touches disk or network. */
  readonly writes: boolean
  /** Names of the hooks that it taps. */
  readonly taps: readonly string[]
  /** Whether its taps are switched off. */
  readonly isMuted: boolean
  /** Id of the plugin that switched them off for this run; absent otherwise. */
  readonly mutedBy?: string
}

/** What a plugin receives. */
export interface PluginContext {
  /** The plugin's id, by default its name. */
  readonly id: string
  /** Counters of completed work, and what the trainer is doing. */
  readonly state: RunState
  /** Folder in which plugins write: the trainer's option `rootDir`. */
  readonly rootDir: string
  /** The signal of the current run; between runs it is never aborted. */
  readonly signal: AbortSignal
  /**
   * Logs a metric under exactly this name.
   *
   * @throws REG_LOG_PLACE if no metrics are collected at the time, REG_LOG_INVALID
   */
  readonly log: StepContext['log']
  /**
   * Copies the whole state of the fit.
   *
   * @throws REG_NOT_RUNNING, REG_BUSY
   */
  readonly snapshot: () => Promise<Snapshot>
  /** Sends a record of any kind to the loggers. */
  record(content: RecordContent): Promise<void>
  /** Asks the run to stop; the first request wins and waits for `minEpochs` and `minSteps`. */
  requestStop(message: string): void
  /** Withdraws the plugin's stop request: in `loadState`, if it would decide otherwise now. */
  withdrawStop(): void
  /** Asks for the `save` hook at the end of the current batch. */
  requestSave(): void
  /** Hooks to tap, under the plugin's id or name. */
  readonly hooks: Hooks
  /** Events; a subscriber that throws is reported under the plugin's id. */
  readonly events$: TrainerEvents
  /** The copy of tfjs that the trainer uses. */
  readonly tf: typeof tf
  /** Reports to the user, under the plugin's id. */
  readonly report: Reporter
  /** The plugins of the trainer; `mute` switches a plugin's taps off for the rest of this run. */
  readonly plugins: { list(): readonly PluginInfo[]; mute(id: string): void }
  /**
   * Makes a schedule that follows the counters of each fit: ask it in `batchEnd` or at the end of an
   * epoch, and mark it done. It restarts with each fit; snapshots keep it, and a resumed fit acts at
   * the same batches. A fraction of an epoch of unknown size is refused before the first batch.
   * Call it in `apply`.
   *
   * @param option name of the option that holds `every`, for errors
   * @throws REG_OPTION_INVALID, REG_BUSY during a run
   * @example
   * ```ts no-run
   * const schedule = context.schedule(options.every, 'every')
   * hooks.batchEnd.tapPromise(id, async () => {
   *   if (!schedule.isDueAfterBatch()) return
   *   await write()
   *   schedule.markDone()
   * })
   * ```
   */
  schedule(every: Every, option: string): Schedule
  /** Wraps the synchronous part of each step: forward and backward pass. */
  wrapStep(wrap: (next: StepRunner) => StepRunner, options?: StepWrapOptions): void
  /** Wraps each synchronous call into the user's code: factories, loaders, steps. */
  aroundSync(section: SyncSection): void
  /** Wraps each tap of each plugin. */
  observeTaps(observer: TapObserver): void
  /**
   * Says what the plugin waits for on purpose, from now until the returned function is called. A hook
   * that takes longer than 5 s is then not suspected of a promise that never resolves: the run reports
   * `until …`, or nothing if there is no text, since the plugin itself has reported it.
   */
  explainWait(until: () => string | undefined): () => void
  /** Provides a service to other plugins under a name. */
  provide<Name extends keyof TrainerServices>(
    name: Name,
    service: TrainerServices[Name],
  ): void
  /** The first service of that name, or `undefined`. */
  service<Name extends keyof TrainerServices>(
    name: Name,
  ): TrainerServices[Name] | undefined
  /** All services of that name, in plugin order. */
  services<Name extends keyof TrainerServices>(
    name: Name,
  ): readonly TrainerServices[Name][]
}
