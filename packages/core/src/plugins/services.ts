import type { Report } from '../hooks/report.js'
import type { NamedTensorData } from '../state/tensor-data.js'
import type { StepCompiler } from './step-compiler.js'

/**
 * Services that plugins provide to each other, by name: each is there only if a plugin provides it. A
 * package that provides another augments this.
 */
export interface TrainerServices {
  /** Turns `'last'`, `'best'` or a path into a snapshot. */
  checkpoints: CheckpointService
  /** One for each logger; further fields are up to the logger. */
  logger: LoggerService
  /** Shows reports to the user. */
  reporter: ReporterService
  /** Knows the best value of a metric in the current or last fit: `result.best`. */
  bestValue: BestValueService
  /** Present if a fit is validated with other weights than it trains: moving averages. */
  evaluatedWeights: EvaluatedWeightsService
  /** Present if gradients are accumulated. */
  accumulate: AccumulateService
  /** Present once for every learning-rate scheduler. */
  lrScheduler: LrSchedulerService
  /** Present if runs are trials: searches and speed tests should do nothing, and loggers are muted. */
  fastDevRun: FastDevRunService
  /** Says what an engine uses. */
  engine: EngineService
  /** One for each profiler. */
  profiler: ProfilerService
  /** Records steps and replays them; provided by engines that can. */
  stepCompiler: StepCompiler
}

/**
 * Finds a snapshot by label or path; throws if none is found, or none is complete. `'auto'` is `'last'`, and
 * `undefined` where nothing was ever saved.
 */
export type CheckpointService = { load(reference: string): Promise<unknown> }

/** Names a logger. */
export type LoggerService = { readonly name: string }

/** Returns the best value so far; `undefined` before the first. */
export type BestValueService = { best(): BestValue | undefined }

/** The best value of a metric in a fit, and when it was reached. */
export interface BestValue {
  /** Id of the plugin that watches the metric. */
  readonly plugin: string
  /** Name of the metric. */
  readonly monitor: string
  /** Whether lower or higher is better. */
  readonly mode: 'min' | 'max'
  readonly value: number
  /** The 0-based epoch in which it was reached: `history.find((row) => row.epoch === best.epoch)` is its row. */
  readonly epoch: number
  /** Optimizer steps completed by then. */
  readonly step: number
}

/** Copies the weights that validations of the fit use, by the module's names; `undefined`: those that it trains. */
export type EvaluatedWeightsService = {
  copy(): Promise<NamedTensorData | undefined>
}

/** Receives reports, instead of the default: process warnings. */
export type ReporterService = { report(report: Report): void }

/** Knows where the time of the run that is going on went. */
export interface ProfilerService {
  /** The profile up to now; `undefined` before the first batch of a run, and between runs. */
  profile(): Promise<RunProfile | undefined>
}

/** Where the time of one run went. */
export interface RunProfile {
  /** Stage and id of the profiler: `fit-profiler`. */
  readonly name: string
  /** The profile as a table, with findings in words. */
  readonly text: string
  /** Path of the trace, which holds all that happened up to now; absent if none is written. */
  readonly tracePath?: string
}

/** Tells how many batches make an optimizer step. */
export interface AccumulateService {
  /** Batches per optimizer step in a 0-based epoch. */
  readonly batchesAt: (epoch: number) => number
}

/** Tells which learning rates change. */
export interface LrSchedulerService {
  /** Names of the optimizers that have a schedule, from the start of a fit on. */
  readonly optimizers: readonly string[]
}

/** Says that a run is only a trial. */
export interface FastDevRunService {
  /** Batches of training, validation, test and prediction. */
  readonly batches: number
}

/** Says what an engine uses. */
export interface EngineService {
  readonly name: string
  /** What it uses and why, as a phrase: `wasm with SIMD, on 2 threads`. Loads the engine if need be. */
  describe(): Promise<string>
}
