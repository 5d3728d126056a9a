import tables from './tables.json' with { type: 'json' }

/** Rates that PyTorch gives, written by `tables.py`. */
export interface TorchTables {
  /** The version of PyTorch. */
  readonly torch: string
  readonly base: number
  /** Rates of steps 0 to 199 by the call that makes the scheduler. */
  readonly schedules: Readonly<Record<string, readonly number[]>>
  readonly plateaus: readonly {
    readonly name: string
    /** Values in order; null is NaN. */
    readonly metrics: readonly (number | null)[]
    readonly cases: readonly {
      readonly options: Readonly<Record<string, string | number | undefined>>
      /** The rate after each judgement. */
      readonly rates: readonly number[]
    }[]
  }[]
}

export const torchTables: TorchTables = tables

/** The largest difference between two lists; NaN where they are not of one length. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN))))
}
