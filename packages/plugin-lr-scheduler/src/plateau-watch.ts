import type { Plateau, PlateauState } from './plateau.js'

/** A plateau between two judgements. */
export type WatchState = {
  readonly plateau: PlateauState
  /** The latest value since the last judgement, if any. */
  readonly newest: number | null
  /** Validations that were completed at the last judgement. */
  readonly validations: number
}

/** What is known when metrics can be judged. */
export interface Boundary {
  /** The monitored value, if it was reported here. */
  readonly value: number | undefined
  /** Whether there has just been a validation. */
  readonly validation: boolean
  /** Whether an epoch has just ended. */
  readonly epoch: boolean
  /** Whether that epoch was cut short, so that it continues when the run is resumed. */
  readonly isCut: boolean
  /** Validations completed so far. */
  readonly validations: number
  /** Whether the run validates at all. */
  readonly canValidate: boolean
}

/** The state of a plateau that has judged nothing. */
export function initialWatch({ initial }: Plateau): WatchState {
  return { plateau: initial, newest: null, validations: 0 }
}

/**
 * Judges once an epoch or after each validation. An epoch without any validation says nothing new
 * about a metric that comes from validations, so it is skipped.
 *
 * @returns the state afterwards, and whether the metric should have been there and was not
 */
export function watchBoundary(
  { checkOn, judge }: Plateau,
  state: WatchState,
  { value, validation, epoch, isCut, validations, canValidate }: Boundary,
): { readonly state: WatchState; readonly isMissing: boolean } {
  const isByEpoch = checkOn === 'epoch'
  const newest = isByEpoch ? (value ?? state.newest) : (value ?? null)
  const isDue = isByEpoch ? epoch && !isCut : validation
  if (!isDue) return { state: isByEpoch ? { ...state, newest } : state, isMissing: false }
  if (newest !== null) {
    return {
      state: { plateau: judge(state.plateau, newest), newest: null, validations },
      isMissing: false,
    }
  }
  const isMissing = !canValidate || validations > state.validations
  return { state: { ...state, validations }, isMissing }
}
