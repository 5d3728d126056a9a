/** What the trainer is asked to do. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict'

/** The counters that every payload carries. They count completed things. */
export interface Counters {
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

/** Counters, and what goes on. Read-only for everyone but the loop. */
export interface RunState extends Counters {
  /** What runs at the moment; `idle` between runs. */
  readonly stage: Stage | 'idle'
  /** Whether the validation batches before training are running. */
  readonly isSanityCheck: boolean
}

/** {@link RunState} as the loop writes it. */
export type MutableRunState = { -readonly [Key in keyof RunState]: RunState[Key] }

/** The state of a trainer that has not run. */
export function initialState(): MutableRunState {
  const counters = { epoch: 0, batch: 0, step: 0, samples: 0, validations: 0 }
  return { stage: 'idle', isSanityCheck: false, ...counters }
}

/** A view that follows the state and cannot change it. */
export function readOnlyView(state: MutableRunState): RunState {
  const view = {}
  for (const key of Object.keys(state) as (keyof RunState)[]) {
    Object.defineProperty(view, key, { enumerable: true, get: () => state[key] })
  }
  return Object.freeze(view) as RunState
}

/** Adds the counters to a fresh payload. Spreading both into a third object costs microseconds. */
export function at<T extends object>(state: Counters, payload: T): T & Counters {
  const target = payload as T & { -readonly [Key in keyof Counters]: number }
  target.epoch = state.epoch
  target.batch = state.batch
  target.step = state.step
  target.samples = state.samples
  target.validations = state.validations
  return target
}
