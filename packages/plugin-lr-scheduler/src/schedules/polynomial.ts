import { checkOptions, count, optional, positive } from '../check-options.js'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link polynomial} takes. */
export interface PolynomialOptions {
  /** When 0 is reached. */
  readonly steps: number
  /** 1 is a straight line. Default 1. */
  readonly power?: number
}

/**
 * base * (1 - min(count, steps) / steps) ^ power: down to 0, where it stays. As `PolynomialLR` of
 * PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function polynomial(options: PolynomialOptions): Schedule {
  checkOptions('polynomial', options, { steps: count, power: optional(positive) })
  const { steps, power = 1 } = options
  return namedSchedule(
    'polynomial',
    (done, base) => base * (1 - Math.min(done, steps) / steps) ** power,
  )
}
