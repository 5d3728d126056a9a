import { type Holder, isHolderAlive } from '@regimen/core/files'

/** What `run.json` says, as `@regimen/logger-csv` writes it. */
export interface RunFacts {
  readonly runId: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt?: number
  readonly status: 'running' | 'finished' | 'failed' | 'interrupted'
  /** The process that writes the run. */
  readonly holder: Holder
}

/**
 * How a run ended: `running` if its process is alive, `killed` if it is not and nobody said how the
 * run ended, `unknown` if an older logger wrote it.
 */
export type RunOutcome = RunFacts['status'] | 'killed' | 'unknown'

/** An unknown run whose files changed within this time counts as one that may be running. */
const QUIET_MS = 10 * 60_000

/** How a run ended. @param touched when its files last changed, in milliseconds since 1970 */
export function outcomeOf(facts: RunFacts | undefined, touched: number): RunOutcome {
  if (!facts) return 'unknown'
  if (facts.status !== 'running') return facts.status
  return isHolderAlive(facts.holder, touched) ? 'running' : 'killed'
}

/** Whether nobody writes to a run any more, as far as can be known. */
export function isOver(outcome: RunOutcome, touched: number, now: number): boolean {
  if (outcome === 'running') return false
  return outcome !== 'unknown' || Math.abs(now - touched) >= QUIET_MS
}

/** The facts in the text of a `run.json`; nothing if they are not there. */
export function parseFacts(text: string): RunFacts | undefined {
  try {
    const found = Object(JSON.parse(text)) as Partial<RunFacts>
    const { runId, startedAt, status, holder } = found
    const isKnown = ['running', 'finished', 'failed', 'interrupted'].includes(
      String(status),
    )
    const hasHolder = typeof holder?.pid === 'number' && typeof holder.host === 'string'
    const isWhole = typeof runId === 'string' && typeof startedAt === 'number'
    return isKnown && hasHolder && isWhole ? (found as RunFacts) : undefined
  } catch {
    return undefined
  }
}
