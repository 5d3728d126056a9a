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

/** Counters, and what goes on. Read-only for everyone but the loop. */
export interface RunState extends Counters {
  /** What the trainer is doing; `idle` between runs. */
  readonly stage: Stage | 'idle'
  /** Whether the validation batches before training are running. */
  readonly isSanityCheck: boolean
}

/** A type as those write it who own it. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

const NOTHING: Counters = { epoch: 0, batch: 0, step: 0, samples: 0, validations: 0 }

/** The state of a trainer that has not run. */
export const initialState = (): Mutable<RunState> =>
  Object.assign({ stage: 'idle' as const, isSanityCheck: false }, NOTHING)

/** A view that follows the state and cannot change it. */
export function readOnlyView(state: RunState): RunState {
  const keys = Object.keys(state) as (keyof RunState)[]
  const getters = keys.map((key) => [key, { enumerable: true, get: () => state[key] }])
  return Object.freeze(Object.defineProperties({}, Object.fromEntries(getters))) as RunState
}

/** Adds the counters to a fresh payload. Spreading both into a third object costs microseconds. */
export function at<T extends object>(state: Counters, payload: T): T & Counters {
  const target = payload as T & Mutable<Counters>
  target.epoch = state.epoch
  target.batch = state.batch
  target.step = state.step
  target.samples = state.samples
  target.validations = state.validations
  return target
}

/** How something that began came to its end. */
export type Outcome = 'completed' | 'stopped' | 'interrupted' | 'failed' | 'skipped'

/** A plugin's request to stop. */
export type PluginStop = {
  /** Which kind of reason it is. */
  readonly kind: 'plugin'
  /** Id of the plugin that asked. */
  readonly plugin: string
  /** Why it asked. */
  readonly message: string
}
/** Why a run ended. */
export type StopReason = LimitStop | SignalStop | PluginStop
type LimitStop = {
  /** Which limit was reached; `noBatches`: there was nothing to train with. */
  readonly kind: 'maxEpochs' | 'maxSteps' | 'maxSeconds' | 'noBatches'
}
type SignalStop = {
  /** Which kind of reason it is. */
  readonly kind: 'signal'
  /** The reason that the signal gave. */
  readonly reason: string
}

/** A stop reason in words, for screens. */
export function describeStop(stop: StopReason): string {
  if (stop.kind === 'plugin') return `${stop.plugin}: ${stop.message}`
  if (stop.kind === 'signal') return `interrupted: ${stop.reason}`
  return stop.kind === 'noBatches' ? 'there were no training batches' : `reached ${stop.kind}`
}

const OUTCOMES: Partial<Record<string, Outcome>> = { signal: 'interrupted', plugin: 'stopped' }

/** How a fit went that ended for a reason, or for none. */
export const outcomeOf = (stop?: StopReason): Outcome =>
  stop ? (OUTCOMES[stop.kind] ?? 'completed') : 'failed'
