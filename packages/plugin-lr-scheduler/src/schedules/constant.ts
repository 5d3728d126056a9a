import { amount, checkOptions, count } from '@regimen/core'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link constant} takes. */
export interface ConstantOptions {
  /** Share of the base rate, from 0. Default 1. */
  readonly factor?: number
  /** How long it holds; the base rate from then on. Default: for ever. */
  readonly steps?: number
}

/**
 * The base rate times a factor, for ever or for a while. As `ConstantLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function constant(options: ConstantOptions = {}): Schedule {
  const { factor, steps = Number.POSITIVE_INFINITY } = checkOptions('constant', options, {
    factor: amount().default(1),
    steps: count().from(1),
  })
  return namedSchedule('constant', (done, base) => (done < steps ? base * factor : base))
}
