import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { Json } from './json.js'
import type { ResolvedOptions } from './options.js'
import type { Stage } from './run-state.js'

/** A run as plugins see it from `setup` on. */
export interface RunInfo {
  readonly stage: Stage
  readonly options: ResolvedOptions
  /** The module as it was given. */
  readonly module: object
  /** The module's variables by name. */
  readonly variables: Readonly<Record<string, Variable>>
  /** The optimizers by name; `main` where there is only one; empty outside `fit`. */
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly hparams: Readonly<Record<string, Json>>
  /** Batches of a training epoch after limits, if known. */
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
