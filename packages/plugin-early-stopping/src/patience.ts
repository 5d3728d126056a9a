import { isBetter } from '@regimen/core'

/** What the rule goes by. All of it comes from the options, none of it from a saved state. */
export interface PatienceOptions {
  readonly mode: 'min' | 'max'
  /** Checks without an improvement after which it is time to stop. 0 stops at the first, as 1 does. */
  readonly patience: number
  /** How much better a value must be than the best one; exactly as much is not enough. */
  readonly minDelta: number
  /** A better value than this one ends the run: the aim is reached. */
  readonly stoppingThreshold?: number | undefined
  /** A worse value than this one ends the run: it is lost. */
  readonly divergenceThreshold?: number | undefined
  /** Whether NaN and the infinities end the run; otherwise they are no improvement. */
  readonly checkFinite: boolean
}

/** Why a run should end. */
export type PatienceReason = 'patience' | 'threshold' | 'divergence' | 'notFinite'

/** What is known after a number of checks: plain data, as it is saved. */
export type PatienceState = {
  /** The value that the next one is compared with: infinite before the first. */
  readonly best: number
  /** The epoch, counted from 1, in which it came, and the optimizer steps before it; `null` before. */
  readonly bestEpoch: number | null
  readonly bestStep: number | null
  /** Checks without an improvement since. */
  readonly wait: number
  /** Why the run should end, and the epoch, counted from 1, that showed it; `null` if it should not. */
  readonly reason: PatienceReason | null
  readonly stoppedEpoch: number | null
  /** The value that showed it, and the wait with it; `null` if it should not end. */
  readonly stoppedValue: number | null
  readonly stoppedWait: number | null
}

const NOT_STOPPED = {
  reason: null,
  stoppedEpoch: null,
  stoppedValue: null,
  stoppedWait: null,
}

/** A value and when it came. */
export interface Check {
  readonly value: number
  /** The epoch, counted from 1. */
  readonly epoch: number
  /** Completed optimizer steps. */
  readonly step: number
}

/** What a check found. */
export interface Verdict {
  readonly state: PatienceState
  readonly isImprovement: boolean
  /** Why the run should end, as found by this check. */
  readonly reason: PatienceReason | null
}

/** Before the first check. */
export function initialPatience(mode: PatienceOptions['mode']): PatienceState {
  const best = mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return { best, bestEpoch: null, bestStep: null, wait: 0, ...NOT_STOPPED }
}

/**
 * Judges one value. The first that applies counts: not finite, past the stopping threshold, past the
 * divergence threshold, an improvement, none. The rule is that of Lightning's `EarlyStopping`, but
 * for one thing: a value past the stopping threshold can become the best one.
 */
export function judge(
  options: PatienceOptions,
  state: PatienceState,
  check: Check,
): Verdict {
  const { value, epoch, step } = check
  const { mode } = options
  const improved = isBetter(mode, value, state.best, options.minDelta)
    ? { ...state, best: value, bestEpoch: epoch, bestStep: step, wait: 0 }
    : undefined
  const waiting = { ...state, wait: state.wait + 1 }
  const { stoppingThreshold: aim, divergenceThreshold: end } = options
  const found = (reason: PatienceReason | null, after: PatienceState): Verdict => ({
    state:
      reason && !after.reason
        ? {
            ...after,
            reason,
            stoppedEpoch: epoch,
            stoppedValue: value,
            stoppedWait: after.wait,
          }
        : after,
    isImprovement: after === improved,
    reason,
  })
  if (options.checkFinite && !Number.isFinite(value)) return found('notFinite', state)
  if (aim !== undefined && isBetter(mode, value, aim))
    return found('threshold', improved ?? state)
  if (end !== undefined && isBetter(mode, end, value)) return found('divergence', state)
  if (improved) return found(null, improved)
  return found(waiting.wait >= options.patience ? 'patience' : null, waiting)
}

/**
 * Whether a run that was saved when it had been stopped would have been with these options too: with a
 * larger patience, or a threshold that is not passed, it resumes.
 */
export function isStillStopped(options: PatienceOptions, state: PatienceState): boolean {
  const { reason, stoppedValue, stoppedWait } = state
  const value = stoppedValue ?? state.best
  const { mode, stoppingThreshold: aim, divergenceThreshold: end } = options
  switch (reason) {
    case null:
      return false
    case 'patience':
      return (stoppedWait ?? state.wait) >= options.patience
    case 'threshold':
      return aim !== undefined && isBetter(mode, value, aim)
    case 'divergence':
      return end !== undefined && isBetter(mode, end, value)
    case 'notFinite':
      return options.checkFinite
  }
}

/** The state of a run that resumes although it was stopped: as if it never had been. */
export function resumedPatience(state: PatienceState): PatienceState {
  return state.reason === null ? state : { ...state, ...NOT_STOPPED }
}

/** Why the run should end, with the numbers. `state` is that after the check, `value` what was checked. */
export function describeReason(
  reason: PatienceReason,
  { best, bestEpoch, wait }: PatienceState,
  { monitor, value, ...options }: PatienceOptions & { monitor: string; value: number },
): string {
  const name = JSON.stringify(monitor)
  const [past, lost] = options.mode === 'min' ? ['<', '>'] : ['>', '<']
  const before =
    bestEpoch === null
      ? 'no better value before'
      : `best ${short(best)} in epoch ${bestEpoch}`
  switch (reason) {
    case 'patience': {
      const checks = wait === 1 ? 'in the last check' : `in the last ${wait} checks`
      const amount = options.minDelta === 0 ? '' : ` by more than ${options.minDelta}`
      return `${name} did not improve${amount} ${checks}: now ${short(value)}, ${before}`
    }
    case 'threshold':
      return `${name} passed the stopping threshold: ${value} ${past} ${options.stoppingThreshold}`
    case 'divergence':
      return `${name} passed the divergence threshold: ${value} ${lost} ${options.divergenceThreshold}, ${before}`
    case 'notFinite':
      return `${name} is not finite: ${value}, ${before}`
  }
}

/** Six digits are enough for a person; the exact numbers are in `result.best` and in the state. */
const short = (value: number): number => Number(value.toPrecision(6))
