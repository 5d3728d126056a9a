/** What the trainer is asked to do. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict'

/** The counters that every payload carries. They count completed things. */
export interface Counters {
  /** Completed epochs; after a full fit equal to `maxEpochs`. */
  readonly epoch: number
  /** Completed batches of the current epoch. */
  readonly batch: number
  /**
   * Steps of the whole run: batches in which weights changed, counted once however many optimizers
   * changed them, as soon as the first of them has.
   */
  readonly step: number
  /** Training samples of the whole run. */
  readonly samples: number
  /** Completed validations of the whole run, the sanity check not counted. */
  readonly validations: number
}

/** The counters and what the trainer is doing. Read-only for everyone but the loop. */
export interface RunState extends Counters {
  /** What the trainer is doing; `idle` between runs. */
  readonly stage: Stage | 'idle'
  /** Whether the validation batches before training are running. */
  readonly isSanityCheck: boolean
}

/** A type whose fields may be written. */
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

/** A view that follows the state and cannot change it. */
export function readOnlyView(state: RunState): RunState {
  const keys = Object.keys(state) as (keyof RunState)[]
  const getters = keys.map((key) => [key, { enumerable: true, get: () => state[key] }])
  return Object.freeze(Object.defineProperties({}, Object.fromEntries(getters))) as RunState
}

/** Copies the counters. */
export function copyCounters(from: Counters, into: Mutable<Counters>): void {
  into.epoch = from.epoch
  into.batch = from.batch
  into.step = from.step
  into.samples = from.samples
  into.validations = from.validations
}

/** Adds the counters to a fresh payload. Spreading both into a third object costs microseconds. */
export function withCounters<T extends object>(counters: Counters, payload: T): T & Counters {
  const target = payload as T & Mutable<Counters>
  copyCounters(counters, target)
  return target
}
