/** Elements of a task at least: 64 kB of reads and writes. */
const LEAST = 8192
const MOST_TASKS = 32
/** Tasks begin at multiples of it, which keeps them on vectors and on the blocks of a chain. */
const BLOCK = 1024

/** How elements are split into tasks, by their number alone. */
export interface TaskShare {
  readonly tasks: number
  /** Elements of each task but the last. */
  readonly perTask: number
}

/** Splits work on `count` elements; `least` is for operations that do more or less per element. */
export function taskShare(count: number, least: number = LEAST): TaskShare {
  const perTask = Math.ceil(Math.max(least, count / MOST_TASKS) / BLOCK) * BLOCK
  return { tasks: Math.ceil(count / perTask), perTask }
}
