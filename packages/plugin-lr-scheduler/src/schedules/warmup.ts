import { amount, checkOptions, count } from '@regimen/core'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link warmup} takes. */
export interface WarmupOptions {
  /** When the end is reached. */
  readonly steps: number
  /** Share of the base rate at the beginning, from 0. Default 1/3. */
  readonly startFactor?: number
  /** Share of the base rate at the end, from 0. Default 1. */
  readonly endFactor?: number
}

/**
 * A straight line from one share of the base rate to another, where it stays. As `LinearLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * sequence({ schedules: [warmup({ steps: 100 }), cosine({ steps: 900 })], milestones: [100] })
 */
export function warmup(options: WarmupOptions): Schedule {
  const { steps, startFactor, endFactor } = checkOptions('warmup', options, {
    steps: count().from(1).required(),
    startFactor: amount().default(1 / 3),
    endFactor: amount().default(1),
  })
  return namedSchedule('warmup', (done, base) => {
    if (done >= steps) return base * endFactor
    return base * (startFactor + ((endFactor - startFactor) * done) / steps)
  })
}
