import type { Json } from '@regimen/core'
import { type Clock, sleep } from '../clock.js'
import type { LoggerFetch, OpenContext } from '../writer/log-writer.js'
import type { DeliveredRun } from './delivery-parts.js'

/** What a writer is given when it opens a run. */
export function openContext(parts: {
  run: DeliveredRun
  clock: Clock
  signal: AbortSignal
  fetch: LoggerFetch
  state: Map<string, Json>
  report: OpenContext['report']
  emit: OpenContext['emit']
  keep(key: string, value: Json): void
}): OpenContext {
  const { run, clock, signal, fetch, state, report, emit } = parts
  const { runId, id, startedAt, rootDir, isReplay } = run
  return {
    ...{ runId, id, startedAt, rootDir, isReplay, fetch, report, emit, signal },
    state: {
      get: (key) => state.get(key),
      set(key, value) {
        state.set(key, value)
        parts.keep(key, value)
      },
    },
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms, signal),
  }
}
