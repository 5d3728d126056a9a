import { type Columns, type SplitParts, split } from '@regimen/data'

const SIZES = { train: 8000, validation: 1000, test: 1000 } as const
const SEED = 2026

/** Deals the 10,000 digits out: 8,000 to train, 1,000 to validate, 1,000 to test, none to two. */
export function splitDigits<C extends Columns<C>>(digits: C): SplitParts<C, typeof SIZES> {
  return split(digits, SIZES, { seed: SEED })
}
