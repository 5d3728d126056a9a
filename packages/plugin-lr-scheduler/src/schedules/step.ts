import { checkOptions, count, optional, positive, milestones as rising } from '../check-options.js'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link step} takes. */
export interface StepOptions {
  /** Counts between two changes. */
  readonly every: number
  /** What the rate is multiplied by at each of them. Default 0.1. */
  readonly gamma?: number
}

/**
 * base * gamma ^ floor(count / every). As `StepLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function step(options: StepOptions): Schedule {
  checkOptions('step', options, { every: count, gamma: optional(positive) })
  const { every, gamma = 0.1 } = options
  return namedSchedule('step', (done, base) => base * gamma ** Math.floor(done / every))
}

/** What {@link multiStep} takes. */
export interface MultiStepOptions {
  /** Counts at which the rate changes, in rising order; one that stands there twice counts twice. */
  readonly milestones: readonly number[]
  /** What the rate is multiplied by at each of them. Default 0.1. */
  readonly gamma?: number
}

/**
 * base * gamma ^ (milestones reached). As `MultiStepLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function multiStep(options: MultiStepOptions): Schedule {
  checkOptions('multiStep', options, { milestones: rising, gamma: optional(positive) })
  const { milestones, gamma = 0.1 } = options
  const marks = [...milestones]
  return namedSchedule(
    'multiStep',
    (done, base) => base * gamma ** marks.filter((mark) => mark <= done).length,
  )
}
