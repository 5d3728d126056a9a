/** How fast something goes, smoothed so that it can be read. Times are milliseconds. */
export interface Rate {
  /** When it was last measured. */
  readonly timeMs: number
  /** How many were done then. */
  readonly done: number
  /** How many are done per second; `undefined` until it is known. */
  readonly perSecond: number | undefined
}

/** Milliseconds after which a change of speed shows by about two thirds. */
const MEMORY_MS = 3000

/** A rate that begins now. */
export function startRate(now: number, done: number): Rate {
  return { timeMs: now, done, perSecond: undefined }
}

/** The rate after another measurement: an exponential mean, in which older ones fade with time. */
export function nextRate(rate: Rate, now: number, done: number): Rate {
  const elapsedMs = now - rate.timeMs
  if (elapsedMs <= 0 || done <= rate.done) return rate
  const current = ((done - rate.done) * 1000) / elapsedMs
  const fade = Math.exp(-elapsedMs / MEMORY_MS)
  const before = rate.perSecond
  const perSecond = before === undefined ? current : before * fade + current * (1 - fade)
  return { timeMs: now, done, perSecond }
}

/** The rate after a pause, which does not count as time. */
export function resumeRate(rate: Rate, now: number): Rate {
  return { ...rate, timeMs: now }
}

/** Seconds until all is done; `undefined` if it is not known. */
export function secondsLeft(
  rate: Rate,
  done: number,
  total: number | undefined,
): number | undefined {
  if (total === undefined || rate.perSecond === undefined || rate.perSecond === 0)
    return undefined
  return Math.max(0, total - done) / rate.perSecond
}
