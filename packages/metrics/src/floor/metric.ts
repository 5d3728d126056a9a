import type { RecordContent } from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'

type Nested = readonly (number | boolean | Nested)[]
type NumberArray = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number }

/** Numbers that a metric takes: a tensor, which stays the caller's, a typed array, or nested lists. */
export type Values = Tensor | NumberArray | Nested | number

/** What a metric saves: plain JSON, with NaN and infinities as core's `encodeJson` takes them. */
export interface MetricState {
  /** Name of the metric and what its sums depend on. */
  readonly kind: string
  /** Batches so far. */
  readonly updates: number
  /** The sums or values so far. */
  readonly values: readonly number[]
  /** The states of the metrics that it is combined from, by name. */
  readonly parts?: Readonly<Record<string, MetricState>>
}

/** A metric that is right over batches of any size: it adds up what its value needs, not values of batches. */
export interface Metric<Value = unknown, Prediction = Values, Target = Values> {
  /** Name of the factory: `f1`. */
  readonly name: string
  /** Batches since it was made or reset. */
  readonly updates: number
  /** Why the latest value is NaN, or what was left out of it. */
  readonly notice: string | undefined
  /**
   * Adds a batch, of any size. Tensors stay the caller's.
   *
   * @throws REG_METRIC_INPUT; where memory is not host memory, what depends on values is thrown by a later
   * call: by `compute` at the latest
   */
  update(predictions: Prediction, targets?: Target): void
  /**
   * The value over all batches. Waits for the device, unless its memory is host memory.
   *
   * @throws REG_METRIC_INPUT (rejects) if there was no batch
   */
  compute(): Promise<Value>
  /** Forgets all batches, and disposes of what is still on the device. */
  reset(): void
  /** What {@link Metric.restore} needs. Waits for the device, unless its memory is host memory. */
  state(): MetricState
  /** Takes what another metric with the same options has saved. @throws REG_STATE_INVALID */
  restore(saved: MetricState): void
  /**
   * Pictures and tables of a value, as loggers take them, for a metric whose value is no number.
   *
   * @param name name of the records
   */
  contents?(name: string, value: Value): readonly RecordContent[]
  /** A metric with the same options and no batches. */
  fresh(): Metric<Value, Prediction, Target>
}
