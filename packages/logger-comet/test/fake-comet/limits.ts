/** What is counted apart (Comet docs, limits-and-performance). */
export type LimitKind = 'metrics' | 'parameters' | 'output' | 'other'

/** How much of each kind a minute may bring, and how long that minute is. */
export interface Limits extends Readonly<Record<LimitKind, number>> {
  readonly minuteMs: number
}

/** Comet docs, limits-and-performance: per minute, in separate buckets. */
export const DOCUMENTED: Limits = {
  metrics: 12_000,
  parameters: 10_000,
  output: 12_000,
  other: 8_000,
  minuteMs: 60_000,
}

/** Counts what came in the last minute; a sliding one, the strictest reading of "per minute". */
export class LimitWindows {
  readonly #times: Record<LimitKind, number[]> = {
    metrics: [],
    parameters: [],
    output: [],
    other: [],
  }
  /** The most that any minute has brought, and how often a request was turned down. */
  readonly peaks: Record<LimitKind, number> = { metrics: 0, parameters: 0, output: 0, other: 0 }
  refused = 0

  constructor(readonly limits: Limits) {}

  /** Whether `amount` more fits; what is refused does not count. */
  admit(kind: LimitKind, amount: number, now: number): boolean {
    const times = this.#times[kind]
    const begin = now - this.limits.minuteMs
    let gone = 0
    while (gone < times.length && (times[gone] as number) <= begin) gone++
    times.splice(0, gone)
    if (times.length + amount > this.limits[kind]) {
      this.refused++
      return false
    }
    for (let index = 0; index < amount; index++) times.push(now)
    this.peaks[kind] = Math.max(this.peaks[kind], times.length)
    return true
  }
}

/** The bucket of a path. */
export function limitKind(path: string): LimitKind {
  if (/\/experiment\/metric$/.test(path)) return 'metrics'
  if (/\/experiment\/parameter$/.test(path)) return 'parameters'
  return path.endsWith('/write/experiment/output') ? 'output' : 'other'
}
