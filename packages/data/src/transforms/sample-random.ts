import { randomAt } from '../random.js'

/** Random numbers of one sample. They depend on seed, epoch and the sample's position alone. */
export interface SampleRandom {
  /** A number from `from` (0), smaller than `to` (1). */
  uniform(from?: number, to?: number): number
  /** A whole number from 0, smaller than `count`. */
  integer(count: number): number
  /** A number of the normal distribution with mean 0 and deviation 1. */
  normal(): number
  /** True with a probability. */
  chance(probability: number): boolean
}

/** Random numbers of each sample of a batch. */
export interface BatchRandom {
  /** Samples in the batch. */
  readonly rows: number
  /** The numbers of a sample; each call goes on with them. */
  sample(row: number): SampleRandom
}

/** Where in the run a batch begins. */
export interface BatchPlace {
  readonly seed: number
  readonly epoch: number
  /** Samples of the epoch before the batch. */
  readonly samples: number
  readonly rows: number
}

/** The random numbers of a batch. */
export function batchRandom({ seed, epoch, samples, rows }: BatchPlace): BatchRandom {
  const made = new Map<number, SampleRandom>()
  return {
    rows,
    sample(row) {
      const known = made.get(row)
      if (known) return known
      const random = sampleRandom(randomAt({ seed, epoch, position: samples + row }))
      made.set(row, random)
      return random
    },
  }
}

function sampleRandom(next: () => number): SampleRandom {
  return {
    uniform: (from = 0, to = 1) => from + next() * (to - from),
    integer: (count) => Math.floor(next() * count),
    // Box and Muller: two numbers for one, so that none is left over for a later call.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
  }
}
