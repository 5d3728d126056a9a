import type { Metric } from './metrics.js'
import type { MetricNames, MetricSource } from './reported-names.js'

/** Options of a metric log. */
export interface MetricLogOptions {
  readonly source: MetricSource
  /** The owners of the run's metric names. */
  readonly names: MetricNames
  /** Called with the loss of each training step as soon as it is known, in order; in training only. */
  readonly watchLoss?: (loss: number, stamp?: number) => void
  /** Steps of the epoch so far: more than 0 if it is resumed. */
  readonly stamp?: number
  /** What `MetricLog.save` returned in the run that is resumed. */
  readonly saved?: readonly Metric[]
}
