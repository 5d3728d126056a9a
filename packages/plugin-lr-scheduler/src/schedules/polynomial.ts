import { checkOptions, count, number } from '@regimen/core'
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
  const { steps, power } = checkOptions('polynomial', options, {
    steps: count().from(1).required(),
    power: number().above(0).default(1),
  })
  return namedSchedule(
    'polynomial',
    (done, base) => base * (1 - Math.min(done, steps) / steps) ** power,
  )
}
