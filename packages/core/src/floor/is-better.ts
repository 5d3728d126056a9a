/**
 * Whether a value is better than another by more than `minDelta`. NaN is better than nothing, and
 * nothing is better than NaN.
 *
 * @param mode whether less or more is better
 */
export function isBetter(mode: 'min' | 'max', value: number, than: number, minDelta = 0): boolean {
  return mode === 'min' ? value + minDelta < than : value - minDelta > than
}
