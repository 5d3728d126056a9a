import { checkOptions, positive } from '../check-options.js'
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
  checkOptions('exponential', options, { gamma: positive })
  const { gamma } = options
  return namedSchedule('exponential', (done, base) => base * gamma ** done)
}
