/** What of a run decides whether it is removed. */
export interface Candidate {
  readonly id: string
  /** Name of the experiment, of which `keep` spares the newest runs. */
  readonly name: string
  readonly outcome: string
  /** When it began, or its files last changed; in milliseconds since 1970. */
  readonly time: number
  /** Whether nobody writes to it any more. */
  readonly isOver: boolean
}

/** Which runs to remove: those for which all conditions hold that are given. */
export interface PruneRule {
  /** Spares the newest of each experiment. */
  readonly keep?: number
  /** Only runs that began longer ago. */
  readonly olderThanMs?: number
  /** Only runs that failed or were killed. */
  readonly isFailedOnly?: boolean
  /** Whether checkpoints of the runs go too; absent: all of them stay. */
  readonly checkpoints?: 'numbered' | 'all'
}

/** What becomes of a run, and why. */
export interface Verdict {
  readonly id: string
  readonly isRemoved: boolean
  readonly reason: string
}

const FAILED = ['failed', 'killed']
const DAY_MS = 86_400_000

/** What becomes of each run. A run that may be in progress always stays. @param now in milliseconds since 1970 */
export function prunePlan(
  candidates: readonly Candidate[],
  rule: PruneRule,
  now: number,
): Verdict[] {
  const newest = newestOf(candidates, rule.keep ?? 0)
  return candidates.map((one) => {
    const spared = reasonToKeep(one, rule, newest, now)
    return {
      id: one.id,
      isRemoved: spared === undefined,
      reason: spared ?? whyRemoved(one, rule, now),
    }
  })
}

function reasonToKeep(
  { id, isOver, outcome, time }: Candidate,
  { keep = 0, olderThanMs = 0, isFailedOnly = false }: PruneRule,
  newest: ReadonlySet<string>,
  now: number,
): string | undefined {
  if (!isOver) return outcome === 'running' ? 'running' : 'may be running'
  if (newest.has(id)) return keep === 1 ? 'the newest' : `one of the newest ${keep}`
  if (now - time < olderThanMs) return 'not old enough'
  return isFailedOnly && !FAILED.includes(outcome) ? `not failed: ${outcome}` : undefined
}

function whyRemoved(
  { outcome, time }: Candidate,
  { keep, olderThanMs, isFailedOnly }: PruneRule,
  now: number,
): string {
  const days = Math.floor((now - time) / DAY_MS)
  const reasons = [
    isFailedOnly && outcome,
    olderThanMs !== undefined && `${days} ${days === 1 ? 'day' : 'days'} old`,
    keep !== undefined && `not one of the newest ${keep}`,
  ]
  return reasons.filter(Boolean).join(', ')
}

function newestOf(candidates: readonly Candidate[], keep: number): Set<string> {
  const byName = new Map<string, Candidate[]>()
  for (const one of candidates)
    byName.set(one.name, [...(byName.get(one.name) ?? []), one])
  const newest = [...byName.values()].flatMap((group) =>
    group.toSorted((one, other) => other.time - one.time).slice(0, keep),
  )
  return new Set(newest.map(({ id }) => id))
}
