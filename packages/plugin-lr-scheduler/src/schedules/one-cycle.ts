import { checkOptions, count, flag, number, oneOf } from '@regimen/core'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link oneCycle} takes. */
export interface OneCycleOptions {
  /** The highest rate. The base rate of the optimizer plays no part. */
  readonly maxLr: number
  /** Counts of the whole cycle; afterwards the rate stays where it ended. */
  readonly steps: number
  /** Share of the cycle in which the rate rises. Default 0.3. */
  readonly warmupShare?: number
  /** The first rate is `maxLr` divided by this. Default 25. */
  readonly divFactor?: number
  /** The last rate is the first one divided by this. Default 10000. */
  readonly finalDivFactor?: number
  /** The shape of rise and fall. Default `cosine`. */
  readonly anneal?: 'cosine' | 'linear'
  /** Fall to the first rate as long as it rose, and from there to the last one. Default false. */
  readonly threePhase?: boolean
}

interface Phase {
  readonly end: number
  readonly from: number
  readonly to: number
}

/**
 * One rise to `maxLr` and a fall far below the first rate. As `OneCycleLR` of PyTorch, without its
 * cycle of the momentum.
 *
 * Source: Smith and Topin, Super-Convergence, arXiv:1708.07120.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const checked = checkOptions('oneCycle', options, {
    maxLr: number().above(0).required(),
    steps: count().from(1).required(),
    warmupShare: number().from(0).upTo(1).default(0.3),
    divFactor: number().above(0).default(25),
    finalDivFactor: number().above(0).default(1e4),
    anneal: oneOf('cosine', 'linear').default('cosine'),
    threePhase: flag().default(false),
  })
  const between = checked.anneal === 'linear' ? linear : cosine
  const phases = phasesOf(checked)
  const last = checked.steps - 1
  return namedSchedule('oneCycle', (done) => {
    const position = Math.min(done, last)
    const index = phases.findIndex(({ end }) => position <= end)
    const { end, from, to } = phases[index] as Phase
    const start = phases[index - 1]?.end ?? 0
    return between(from, to, end > start ? (position - start) / (end - start) : 1)
  })
}

function phasesOf({
  maxLr,
  steps,
  warmupShare,
  divFactor,
  finalDivFactor,
  threePhase,
}: Required<OneCycleOptions>): readonly Phase[] {
  const first = maxLr / divFactor
  const final = first / finalDivFactor
  const rise = { end: warmupShare * steps - 1, from: first, to: maxLr }
  if (!threePhase) return [rise, { end: steps - 1, from: maxLr, to: final }]
  const fall = { end: 2 * warmupShare * steps - 2, from: maxLr, to: first }
  return [rise, fall, { end: steps - 1, from: first, to: final }]
}

function cosine(from: number, to: number, progress: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * progress) + 1)
}

function linear(from: number, to: number, progress: number): number {
  return (to - from) * progress + from
}
