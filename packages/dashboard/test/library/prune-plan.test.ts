import { describe, expect, it } from 'vitest'
import { type Candidate, type PruneRule, prunePlan } from '../../src/library/prune-plan.js'

const DAY = 86_400_000
const NOW = 100 * DAY

function run(id: string, days: number, more: Partial<Candidate> = {}): Candidate {
  const outcome = more.outcome ?? 'finished'
  const time = NOW - days * DAY
  return { id, name: 'csv', outcome, time, isOver: outcome !== 'running', ...more }
}

const RUNS = [
  run('old', 60),
  run('failed', 40, { outcome: 'failed' }),
  run('killed', 5, { outcome: 'killed' }),
  run('new', 1),
  run('running', 70, { outcome: 'running' }),
  run('doubtful', 80, { outcome: 'unknown', isOver: false }),
  run('other', 50, { name: 'other' }),
]

const removed = (rule: PruneRule) =>
  prunePlan(RUNS, rule, NOW).flatMap(({ id, isRemoved }) => (isRemoved ? [id] : []))

describe('what is removed', () => {
  it.each<[string, PruneRule, string[]]>([
    ['failed', { isFailedOnly: true }, ['failed', 'killed']],
    ['older than 30 days', { olderThanMs: 30 * DAY }, ['old', 'failed', 'other']],
    ['failed and old', { isFailedOnly: true, olderThanMs: 30 * DAY }, ['failed']],
    ['all but the newest', { keep: 1 }, ['old', 'failed', 'killed']],
    ['all but the newest 3', { keep: 3 }, ['old']],
    ['all that is over', { keep: 0 }, ['old', 'failed', 'killed', 'new', 'other']],
    ['none, if all are kept', { keep: 10 }, []],
  ])('%s', (_, rule, ids) => {
    expect(removed(rule)).toEqual(ids)
  })

  it.each<[string, PruneRule, string, string]>([
    ['running', { keep: 0 }, 'running', 'running'],
    ['doubtful', { keep: 0 }, 'doubtful', 'may be running'],
    ['new', { keep: 1 }, 'new', 'the newest'],
    ['old', { keep: 1, olderThanMs: DAY }, 'old', '60 days old, not one of the newest 1'],
    ['new', { isFailedOnly: true }, 'new', 'not failed: finished'],
  ])('has a reason: %s', (_, rule, id, reason) => {
    expect(prunePlan(RUNS, rule, NOW).find((one) => one.id === id)?.reason).toBe(reason)
  })
})
