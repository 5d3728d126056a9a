import type { Report } from '../hooks/report.js'

/** What plugins offer each other by name; augmented by the package that provides it. */
export interface TrainerServices {
  /** Turns `'last'`, `'best'` or a path into a snapshot. */
  checkpoints: CheckpointService
  /** Present once for every logger; what it holds is up to the logger. */
  logger: LoggerService
  /** Shows reports on a screen. */
  reporter: ReporterService
  /** Knows the best value of a metric in the current or last fit: `result.best`. */
  bestValue: BestValueService
}

/** Finds a snapshot by label or path; throws when there is none or none is whole. */
export type CheckpointService = { load(reference: string): Promise<unknown> }

/** Says who logs. */
export type LoggerService = { readonly name: string }

/** Tells the best value so far; `undefined` before there is one. */
export type BestValueService = { best(): BestValue | undefined }

/** The best value of a metric in a fit, and when it came. */
export interface BestValue {
  /** Id of the plugin that watches the metric. */
  readonly plugin: string
  /** Name of the metric. */
  readonly monitor: string
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  readonly value: number
  /** The 0-based epoch in which it came: `history.find((row) => row.epoch === best.epoch)` is its row. */
  readonly epoch: number
  /** Optimizer steps completed then. */
  readonly step: number
}

/** Where reports go instead of the default, a process warning. */
export type ReporterService = { report(report: Report): void }
