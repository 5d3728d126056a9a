/** How many times the interval the longest wait is. */
const SLOWEST = 6

/**
 * Milliseconds until the next line where there is no terminal: the interval at first, then twice
 * and four times, at most six times that long, so that a log of a long epoch stays short.
 *
 * @param lines how many lines this epoch or evaluation has had
 */
export function plainDelayMs(lines: number, intervalMs: number): number {
  return intervalMs * Math.min(SLOWEST, 2 ** lines)
}
