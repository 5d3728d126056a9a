import { amount, checkOptions, count } from '@regimen/core'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link cosine} takes. */
export interface CosineOptions {
  /** Counts from the base rate down to `minLr`. */
  readonly steps: number
  /** The lowest rate. Default 0. */
  readonly minLr?: number
}

const cosineFields = { steps: count().from(1).required(), minLr: amount().default(0) }

/**
 * minLr + (base - minLr) * (1 + cos(pi * count / steps)) / 2. As `CosineAnnealingLR` of PyTorch: it
 * does not stay at `minLr`, but goes up again afterwards.
 *
 * Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983, without the restarts.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function cosine(options: CosineOptions): Schedule {
  const { steps, minLr } = checkOptions('cosine', options, cosineFields)
  return namedSchedule('cosine', (done, base) => annealed(base, minLr, done / steps))
}

/** What {@link cosineRestarts} takes. */
export interface CosineRestartsOptions extends CosineOptions {
  /** What the length of a cycle is multiplied by at each restart, a whole number. Default 1. */
  readonly growth?: number
}

/**
 * A cosine from the base rate to `minLr` that restarts after each cycle; the first cycle has `steps`
 * counts, each further one `growth` times as many. As `CosineAnnealingWarmRestarts` of PyTorch.
 *
 * Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const fields = { ...cosineFields, growth: count().from(1).default(1) }
  const { steps, minLr, growth } = checkOptions('cosineRestarts', options, fields)
  return namedSchedule('cosineRestarts', (done, base) => {
    if (growth === 1) return annealed(base, minLr, (done % steps) / steps)
    let [begin, length] = [0, steps]
    while (done >= begin + length) [begin, length] = [begin + length, length * growth]
    return annealed(base, minLr, (done - begin) / length)
  })
}

function annealed(from: number, to: number, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * progress))) / 2
}
