import type { TapMonitor, UnfinishedTap } from './hook-guard.js'
import type { Reporter } from './plugin.js'

const LOOK_EVERY_MS = 2500
const LOOKS_BEFORE_WARNING = 2

/**
 * Warns once about each tap that the run has waited for longer than five seconds.
 * It also keeps the process alive, so that the warning can be seen.
 *
 * @returns a function that ends it
 */
export function watchTaps(monitor: TapMonitor, report: Reporter): () => void {
  let seen: UnfinishedTap | undefined
  let looks = 0
  const timer = setInterval(() => {
    looks = monitor.waiting !== undefined && monitor.waiting === seen ? looks + 1 : 0
    seen = monitor.waiting
    if (!seen || looks !== LOOKS_BEFORE_WARNING) return
    const seconds = (LOOK_EVERY_MS * LOOKS_BEFORE_WARNING) / 1000
    report.warn(
      `Plugin "${seen.plugin}" has not finished in hook "${seen.hook}" for more than ${seconds} seconds; the run waits for it. A promise that never resolves?`,
    )
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
