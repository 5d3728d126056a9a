import { checkOptions, count, number } from '@regimen/core'
import { namedSchedule, rising, type Schedule } from '../schedule.js'

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
  const { every, gamma } = checkOptions('step', options, {
    every: count().from(1).required(),
    gamma: number().above(0).default(0.1),
  })
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
  const { milestones, gamma } = checkOptions('multiStep', options, {
    milestones: rising().required(),
    gamma: number().above(0).default(0.1),
  })
  const marks = [...milestones]
  return namedSchedule(
    'multiStep',
    (done, base) => base * gamma ** marks.filter((mark) => mark <= done).length,
  )
}
