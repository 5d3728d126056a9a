import { count, either, list, number, oneOf } from '@regimen/core'
import { type TaskOptions, taskFields } from '../classification/options.js'

/** What {@link auroc} and {@link averagePrecision} take. */
export interface CurveOptions extends TaskOptions {
  /** How values of classes or labels become one; `micro` with labels only. Default `macro`. */
  readonly average?: 'macro' | 'weighted' | 'micro' | 'none'
  /**
   * Counts at these thresholds only, or at so many from 0 to 1: the memory does not grow with the data, and the
   * value is approximate. Default: exact, which keeps every score.
   */
  readonly thresholds?: number | readonly number[]
}

export const curveFields = {
  ...taskFields,
  average: oneOf('macro', 'weighted', 'micro', 'none').describe('over classes or labels'),
  thresholds: either(count().from(2), list(number().from(0).upTo(1))).describe(
    'approximate, at these thresholds; exact without',
  ),
}

/** Thresholds from low to high, or nothing where the curve is exact. */
export function thresholdsOf(
  thresholds: CurveOptions['thresholds'],
): readonly number[] | undefined {
  if (typeof thresholds !== 'number')
    return thresholds?.toSorted((one, other) => one - other)
  return Array.from({ length: thresholds }, (_, index) => index / (thresholds - 1))
}
