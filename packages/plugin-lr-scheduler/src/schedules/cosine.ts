import { atLeastZero, checkOptions, count, optional } from '../check-options.js'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link cosine} takes. */
export interface CosineOptions {
  /** Counts from the base rate down to `minLr`. */
  readonly steps: number
  /** The lowest rate. Default 0. */
  readonly minLr?: number
}

/**
 * minLr + (base - minLr) * (1 + cos(pi * count / steps)) / 2. As `CosineAnnealingLR` of PyTorch: it
 * does not stay at `minLr`, but goes up again afterwards.
 *
 * Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983, without the restarts.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function cosine(options: CosineOptions): Schedule {
  checkOptions('cosine', options, { steps: count, minLr: optional(atLeastZero) })
  const { steps, minLr = 0 } = options
  return namedSchedule('cosine', (done, base) => annealed(base, minLr, done / steps))
}

/** What {@link cosineRestarts} takes. */
export interface CosineRestartsOptions extends CosineOptions {
  /** What the length of a cycle is multiplied by at each restart, a whole number. Default 1. */
  readonly growth?: number
}

/**
 * A cosine from the base rate to `minLr` that begins anew after each cycle; the first one has `steps`
 * counts, each further one `growth` times as many. As `CosineAnnealingWarmRestarts` of PyTorch.
 *
 * Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const rules = { steps: count, minLr: optional(atLeastZero), growth: optional(count) }
  checkOptions('cosineRestarts', options, rules)
  const { steps, minLr = 0, growth = 1 } = options
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
