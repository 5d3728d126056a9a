/** What a process has used so far. */
export interface Usage {
  /** Time now, in milliseconds. */
  readonly nowMs: number
  /** Processor time of all threads, in milliseconds. */
  readonly cpuMs: number
  /** Memory that it occupies, in bytes. */
  readonly memoryBytes: number
}

/**
 * The load between two looks: 100 percent is one core at work all the time, so that several threads have
 * more.
 */
export function loadBetween(before: Usage, after: Usage): Record<string, number> {
  const elapsed = Math.max(1e-3, after.nowMs - before.nowMs)
  return {
    'machine/cpu_percent': (100 * (after.cpuMs - before.cpuMs)) / elapsed,
    'machine/memory_mb': after.memoryBytes / 1e6,
  }
}

/** What this process has used so far. */
export function usageNow(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    nowMs: performance.now(),
    cpuMs: (user + system) / 1000,
    memoryBytes: process.memoryUsage.rss(),
  }
}
