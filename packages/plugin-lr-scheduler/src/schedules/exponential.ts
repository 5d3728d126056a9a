import { checkOptions, number } from '@regimen/core'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link exponential} takes. */
export interface ExponentialOptions {
  /** What the rate is multiplied by each time. */
  readonly gamma: number
}

/**
 * base * gamma ^ count. As `ExponentialLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function exponential(options: ExponentialOptions): Schedule {
  const { gamma } = checkOptions('exponential', options, {
    gamma: number().above(0).required(),
  })
  return namedSchedule('exponential', (done, base) => base * gamma ** done)
}
