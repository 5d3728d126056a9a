import type * as tf from '@tensorflow/tfjs-core'
import type { FitData } from '../data/batch-source.js'
import type { Json } from '../floor/json.js'
import type { ResolvedOptions } from '../state/options.js'
import type { Stage } from '../state/run-state.js'

/** What plugins know of a run from `setup` on. */
export interface RunInfo {
  /** What the trainer was asked to run. */
  readonly stage: Stage
  /** The options, complete and frozen. */
  readonly options: ResolvedOptions
  /** The module, as passed to the trainer or made by its function. */
  readonly module: object
  /** The module's variables by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** The optimizers by name; `main` if there is only one; empty outside `fit`. */
  readonly optimizers: Readonly<Record<string, tf.Optimizer>>
  /** Hyperparameters of the fit and of the module; empty if there are none. */
  readonly hparams: Readonly<Record<string, Json>>
  /** The configuration that the fit was started with, if its caller gave one. */
  readonly config: Json | undefined
  /**
   * Batches of a training epoch after limits, if known. If `data.train` is a function, it is known from
   * the first batch on.
   */
  readonly trainBatches: number | undefined
  /** Batches of a validation after limits, if known. */
  readonly validationBatches: number | undefined
  /** The data of the fit, as they were passed or made; `undefined` outside `fit`. */
  readonly data: FitData<unknown> | undefined
  /** Names of the splits that the data have. */
  readonly splits: readonly string[]
  /** Name of the tfjs backend in use. */
  readonly backend: string
  /** Whether the run is resumed from a snapshot. */
  readonly isResumed: boolean
}
