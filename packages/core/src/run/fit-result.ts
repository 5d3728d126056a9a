import type { PossibleMetrics } from '../metrics/metric-names.js'
import type { BestValue } from '../plugins/services.js'
import type { StopReason } from '../state/stop-reason.js'

/** One row of `result.history`: the 0-based epoch and its metrics. */
export type HistoryRow = PossibleMetrics & { readonly epoch: number }

/** How a fit went. `M` are the metrics whose names are known, `Module` is what was trained. */
export interface FitResult<M extends object = PossibleMetrics, Module = object> {
  /** Why it ended. */
  readonly stop: StopReason
  /** The newest value of every metric. */
  readonly metrics: M
  /** One row per epoch. */
  readonly history: (HistoryRow & Partial<M>)[]
  /**
   * The best values that plugins watched, in plugin order: with early stopping, or a checkpoint that has
   * a `monitor`. `metrics` has the newest values, also where a plugin gives the best weights back.
   */
  readonly best: readonly BestValue[]
  /**
   * The module that was trained: what was given, or what the given function made. Not enumerable, so
   * that results can be compared and written as JSON.
   */
  readonly module: Module
}
