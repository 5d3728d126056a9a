/** Bytes of memory traffic for which another task pays. */
const BYTES_PER_TASK = 2 ** 16
const MOST_TASKS = 32

/**
 * Into how many tasks units of work are split: a function of sizes alone, so that results do not
 * depend on the number of threads.
 *
 * @param bytes read and written by all units together
 */
export function tasksFor(units: number, bytes: number): number {
  return Math.max(1, Math.min(MOST_TASKS, units, Math.floor(bytes / BYTES_PER_TASK)))
}
