/**
 * Whether a value is better than another by more than `minDelta`; `false` if either is NaN.
 *
 * @param mode whether lower or higher is better
 */
export function isBetter(
  mode: 'min' | 'max',
  value: number,
  than: number,
  minDelta = 0,
): boolean {
  return mode === 'min' ? value + minDelta < than : value - minDelta > than
}
