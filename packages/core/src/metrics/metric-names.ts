import type { Tensor } from '@tensorflow/tfjs-core'
import type { DataSource } from '../data/batch-source.js'
import type { CompleteNames, MetricMap } from './metric-map.js'
import type { Numbers } from './metrics.js'

/**
 * Names of the metrics that a step returns: a bare tensor is the loss. If it may return others too
 * (`{ loss: Tensor } & Record<string, Tensor>`), only the names that are certain.
 */
export type NamesOf<Output> = Output extends Tensor
  ? 'loss'
  : Output extends object
    ? Exclude<SureKeys<Output> & string, 'output'>
    : never

type SureKeys<T> = keyof {
  [Key in keyof T as string extends Key
    ? never
    : undefined extends T[Key]
      ? never
      : Key]: T[Key]
}

/**
 * The names under which an evaluation reports them: `val_loss`, and `val_loss/<loader>` if the data are
 * a record of loaders. None if they are not known, or if there may be no data.
 */
export type EvaluationNames<Prefix extends string, Output, Data> = undefined extends Data
  ? never
  : Data extends DataSource<unknown>
    ? `${Prefix}${NamesOf<Output>}`
    : Data extends object
      ? `${Prefix}${NamesOf<Output>}/${keyof Data & string}`
      : never

/**
 * Metrics by name, none of them certain: any name, or the names of `MetricMap` if `CompleteNames` has
 * `metrics: true`.
 */
export type PossibleMetrics = CompleteNames extends { metrics: true }
  ? { readonly [Name in keyof MetricMap & string]?: number }
  : Numbers

/** Metrics by name. Those of `Names` are certain; metrics that `log` adds may be read too. */
export type KnownMetrics<Names extends string> = [Names] extends [never]
  ? PossibleMetrics
  : string extends Names
    ? PossibleMetrics
    : PossibleMetrics & { readonly [Name in Names]: number }

/** The metrics of a fit, from what the training and the validation step return. */
export type FitMetrics<Output, Validated, Validation> = KnownMetrics<
  NamesOf<Output> | EvaluationNames<'val_', Validated, Validation>
>
