/** What the trainer was asked to run. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict'

/** The counters that every payload carries. They count completed work. */
export interface Counters {
  /** Completed epochs; `maxEpochs` after a full fit. */
  readonly epoch: number
  /** Completed batches of the current epoch. */
  readonly batch: number
  /**
   * Steps of the whole run: batches in which weights changed. A batch counts once, as soon as its first
   * optimizer has changed weights.
   */
  readonly step: number
  /** Training samples of the whole run. */
  readonly samples: number
  /** Completed validations of the whole run, without the sanity check. */
  readonly validations: number
}

/** The counters and what the trainer is doing. Read-only for everyone but the loop. */
export interface RunState extends Counters {
  /** What the trainer is doing; `idle` between runs. */
  readonly stage: Stage | 'idle'
  /** Whether the sanity check before training is running. */
  readonly isSanityCheck: boolean
}

/** `T` with writable fields. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** The state of a trainer that has not run. */
export const initialState = (): Mutable<RunState> => ({
  stage: 'idle',
  isSanityCheck: false,
  epoch: 0,
  batch: 0,
  step: 0,
  samples: 0,
  validations: 0,
})

/** A read-only view of the state that follows its changes. */
export function readOnlyView(state: RunState): RunState {
  const keys = Object.keys(state) as (keyof RunState)[]
  const getters = keys.map((key) => [key, { enumerable: true, get: () => state[key] }])
  return Object.freeze(
    Object.defineProperties({}, Object.fromEntries(getters)),
  ) as RunState
}

/** Copies the counters. */
export function copyCounters(from: Counters, into: Mutable<Counters>): void {
  into.epoch = from.epoch
  into.batch = from.batch
  into.step = from.step
  into.samples = from.samples
  into.validations = from.validations
}

/** Adds the counters to a new payload, in place: spreading both into a third object costs microseconds. */
export function withCounters<T extends object>(
  counters: Counters,
  payload: T,
): T & Counters {
  const target = payload as T & Mutable<Counters>
  copyCounters(counters, target)
  return target
}
