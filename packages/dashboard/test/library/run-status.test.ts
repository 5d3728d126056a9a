import { ownHolder } from '@regimen/core/files'
import { describe, expect, it } from 'vitest'
import { isOver, outcomeOf, parseFacts, type RunFacts } from '../../src/library/run-status.js'

const MINUTE = 60_000
const now = Date.now()
const facts = (status: RunFacts['status'], holder = ownHolder()): RunFacts => ({
  ...{ runId: 'a', startedAt: 1, status, holder },
})

describe('how a run went', () => {
  it.each([
    ['what the file says', facts('failed'), 'failed'],
    ['running while its process is alive', facts('running'), 'running'],
    ['killed if its process is gone', facts('running', { ...ownHolder(), started: 'x' }), 'killed'],
    ['unknown without the file', undefined, 'unknown'],
  ])('is %s', (_, found, outcome) => {
    expect(outcomeOf(found, now)).toBe(outcome)
  })

  it('of another machine is running as long as its files change', () => {
    const far = facts('running', { pid: 1, host: 'elsewhere', started: '' })
    expect(outcomeOf(far, Date.now())).toBe('running')
    expect(outcomeOf(far, Date.now() - 60 * MINUTE)).toBe('killed')
  })
})

describe('a run is over', () => {
  it.each([
    ['finished', 0, true],
    ['killed', 0, true],
    ['running', 1000, false],
    ['unknown', 1, false],
    ['unknown', 11, true],
  ] as const)('%s, touched %i minutes ago: %s', (outcome, minutes, expected) => {
    expect(isOver(outcome, now - minutes * MINUTE, now)).toBe(expected)
  })
})

describe('the facts of a run', () => {
  it('are read', () => {
    expect(parseFacts(JSON.stringify(facts('running')))).toEqual(facts('running'))
  })

  it.each([
    '',
    'null',
    '[]',
    '{"status":"running"}',
    '{"runId":"a","startedAt":1,"status":"lost"}',
  ])('are not taken from %s', (text) => {
    expect(parseFacts(text)).toBeUndefined()
  })
})
