import { quote } from './near-miss.js'

/** A number, or a function that gives it for each step, counted from 0. */
export type Scheduled = number | ((step: number) => number)

/** What a hyperparameter may be. */
export interface Hyperparameter {
  readonly default: number
  readonly expected: string
  readonly isValid: (value: number) => boolean
}

/** A number from 0. */
export function nonNegative(value: number): Hyperparameter {
  return {
    default: value,
    expected: 'a non-negative number',
    isValid: (found) => found >= 0 && Number.isFinite(found),
  }
}

/** A share of what was before: from 0, below 1. */
export function share(value: number): Hyperparameter {
  return {
    default: value,
    expected: 'a number from 0 to below 1',
    isValid: (found) => found >= 0 && found < 1,
  }
}

/** A number from 0 to 1. */
export function fraction(value: number): Hyperparameter {
  return {
    default: value,
    expected: 'a number from 0 to 1',
    isValid: (found) => found >= 0 && found <= 1,
  }
}

/**
 * Checks a hyperparameter as it is configured; what a function gives is checked by {@link valueAt}.
 *
 * @param place the owner and the option, as errors name them: `adam: "beta1"`
 * @throws RangeError
 */
export function checkScheduled(
  value: unknown,
  hyperparameter: Hyperparameter,
  place: string,
): void {
  const { isValid, expected } = hyperparameter
  if (typeof value === 'function') return
  if (typeof value === 'number' && isValid(value)) return
  throw new RangeError(
    `${place} is ${quote(value)}; expected ${expected}, or a function of the step that gives one.`,
  )
}

/** The value for a step. @throws RangeError if a function gives none */
export function valueAt(
  scheduled: Scheduled,
  step: number,
  hyperparameter: Hyperparameter,
  owner: string,
  name: string,
): number {
  if (typeof scheduled === 'number') return scheduled
  const value: unknown = scheduled(step)
  if (typeof value === 'number' && hyperparameter.isValid(value)) return value
  const text = `${owner}: ${quote(name)} is ${quote(value)} at step ${step}`
  throw new RangeError(`${text}; expected ${hyperparameter.expected}.`)
}
