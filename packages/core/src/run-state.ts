/** What the trainer is asked to do. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict'

/** Counters of completed things, and what goes on. Read-only for everyone but the loop. */
export interface RunState {
  /** What runs at the moment; `idle` between runs. */
  readonly stage: Stage | 'idle'
  /** Whether the validation batches before training are running. */
  readonly isSanityCheck: boolean
  /** Completed epochs. After a full fit equal to `maxEpochs`. */
  readonly epoch: number
  /** Completed batches of the current epoch. */
  readonly batch: number
  /** Optimizer steps of the whole run. */
  readonly step: number
  /** Training samples of the whole run. */
  readonly samples: number
  /** Completed validations, the sanity check not counted. */
  readonly validations: number
}

/** The counters that every payload carries. */
export interface Counters {
  /** Completed epochs. */
  readonly epoch: number
  /** Completed batches of this epoch. */
  readonly batch: number
  /** Optimizer steps of the whole run. */
  readonly step: number
  /** Training samples of the whole run. */
  readonly samples: number
  /** Completed validations. */
  readonly validations: number
}

/** {@link RunState} as the loop writes it. */
export type MutableRunState = { -readonly [Key in keyof RunState]: RunState[Key] }

/** The state of a trainer that has not run. */
export function initialState(): MutableRunState {
  return {
    stage: 'idle',
    isSanityCheck: false,
    epoch: 0,
    batch: 0,
    step: 0,
    samples: 0,
    validations: 0,
  }
}

/** A view that follows the state and cannot change it. */
export function readOnlyView(state: MutableRunState): RunState {
  const view = {}
  for (const key of Object.keys(state) as (keyof RunState)[]) {
    Object.defineProperty(view, key, { enumerable: true, get: () => state[key] })
  }
  return Object.freeze(view) as RunState
}

/** A copy of the counters. */
export function countersOf(state: RunState): Counters {
  return {
    epoch: state.epoch,
    batch: state.batch,
    step: state.step,
    samples: state.samples,
    validations: state.validations,
  }
}
