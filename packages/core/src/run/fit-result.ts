import type { PossibleMetrics } from '../metrics/metric-names.js'
import type { BestValue } from '../plugins/services.js'
import type { StopReason } from '../state/stop-reason.js'

/** One row of `result.history`: the 0-based epoch and its metrics. */
export type HistoryRow = PossibleMetrics & { readonly epoch: number }

/** The result of a fit. `M` has the metrics whose names are known, `Module` is what was trained. */
export interface FitResult<M extends object = PossibleMetrics, Module = object> {
  /** Why it ended. */
  readonly stop: StopReason
  /** The latest value of every metric. */
  readonly metrics: M
  /** One row per epoch. */
  readonly history: (HistoryRow & Partial<M>)[]
  /**
   * The best values that plugins watched, in plugin order: those of early stopping, and of a checkpoint
   * with a `monitor`. `metrics` has the latest values, even if a plugin restores the best weights.
   */
  readonly best: readonly BestValue[]
  /**
   * The module that was trained: the one passed to `fit`, or the one its function made. Not enumerable:
   * results can be compared and written as JSON.
   */
  readonly module: Module
}
