import type * as tf from '@tensorflow/tfjs-core'
import type { Json } from '../floor/json.js'
import type { ResolvedOptions } from '../state/options.js'
import type { Stage } from '../state/run-state.js'

/** A run as plugins see it from `setup` on. */
export interface RunInfo {
  /** What the trainer was asked to do. */
  readonly stage: Stage
  /** The options, complete and frozen. */
  readonly options: ResolvedOptions
  /** The module as it was given. */
  readonly module: object
  /** The module's variables by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** The optimizers by name; `main` where there is only one; empty outside `fit`. */
  readonly optimizers: Readonly<Record<string, tf.Optimizer>>
  /** Hyperparameters of the module, empty where it has none. */
  readonly hparams: Readonly<Record<string, Json>>
  /**
   * Batches of a training epoch after limits, if known. Where `data.train` is a function it is known
   * from the first batch on.
   */
  readonly trainBatches: number | undefined
  /** Batches of a validation after limits, if known. */
  readonly validationBatches: number | undefined
  /** Names of the kinds of data that there are. */
  readonly splits: readonly string[]
  /** Name of the tfjs backend in use. */
  readonly backend: string
  /** Whether the run goes on from a snapshot. */
  readonly isResumed: boolean
}
