import type { Contestant } from './contestant.js'
import { median, quantile } from './statistics.js'

/** How long two contestants are compared. */
export interface Effort {
  /** Pairs of blocks that count. */
  readonly pairs: number
  /** Steps of a block. */
  readonly steps: number
  /** Pairs before them that do not count: compilation, optimizer slots, caches. */
  readonly warmUp: number
}

/** What came out: microseconds per step throughout. */
export interface Comparison {
  readonly baseline: string
  readonly candidate: string
  readonly effort: Effort
  /** Medians of the blocks. They drift with the machine: read the two below instead. */
  readonly baselineMicros: number
  readonly candidateMicros: number
  /** Median of candidate minus baseline within each pair. */
  readonly difference: number
  /** Where the middle half of these differences lies. */
  readonly spread: readonly [p25: number, p75: number]
  /** Median of candidate divided by baseline within each pair. */
  readonly ratio: number
  /** Every pair: baseline, candidate. */
  readonly pairs: readonly (readonly [baseline: number, candidate: number])[]
}

/**
 * Lets two contestants train in turns in one process and compares them within each pair of
 * neighbouring blocks, so that what slows the machine down for longer than a block slows both.
 * Which of the two begins changes from pair to pair.
 */
export async function compare(
  baseline: Contestant,
  candidate: Contestant,
  effort: Effort,
): Promise<Comparison> {
  const pairs: [number, number][] = []
  for (let index = -effort.warmUp; index < effort.pairs; index++) {
    const isBaselineFirst = index % 2 === 0
    const first = await (isBaselineFirst ? baseline : candidate).block(effort.steps)
    const second = await (isBaselineFirst ? candidate : baseline).block(effort.steps)
    const durations = isBaselineFirst ? [first, second] : [second, first]
    const micros = durations.map((milliseconds) => (milliseconds * 1000) / effort.steps)
    if (index >= 0) pairs.push(micros as [number, number])
  }
  const differences = pairs.map(([base, other]) => other - base)
  return {
    baseline: baseline.name,
    candidate: candidate.name,
    effort,
    baselineMicros: median(pairs.map(([base]) => base)),
    candidateMicros: median(pairs.map(([, other]) => other)),
    difference: median(differences),
    spread: [quantile(differences, 0.25), quantile(differences, 0.75)],
    ratio: median(pairs.map(([base, other]) => other / base)),
    pairs,
  }
}
