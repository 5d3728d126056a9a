import { expect, it } from 'vitest'
import { describeStop, outcomeOf, type StopReason } from '../../src/state/stop-reason.js'

it.each<[stop: StopReason, words: string, outcome: string]>([
  [{ kind: 'maxEpochs' }, 'reached maxEpochs', 'completed'],
  [{ kind: 'maxSteps' }, 'reached maxSteps', 'completed'],
  [{ kind: 'maxSeconds' }, 'reached maxSeconds', 'completed'],
  [{ kind: 'noBatches' }, 'there were no training batches', 'completed'],
  [{ kind: 'signal', reason: 'SIGINT' }, 'interrupted: SIGINT', 'interrupted'],
  [{ kind: 'signal', reason: '' }, 'interrupted: ', 'interrupted'],
  [
    { kind: 'plugin', plugin: 'early-stopping', message: 'no better for 3 epochs' },
    'early-stopping: no better for 3 epochs',
    'stopped',
  ],
])('%o is %j, and the fit %s', (stop, words, outcome) => {
  expect(describeStop(stop)).toBe(words)
  expect(outcomeOf(stop)).toBe(outcome)
})

it('a fit that ended for no reason failed', () => {
  expect(outcomeOf(undefined)).toBe('failed')
})
