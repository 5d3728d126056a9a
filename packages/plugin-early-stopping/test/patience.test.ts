import { describe, expect, it } from 'vitest'
import {
  describeReason,
  initialPatience,
  isStillStopped,
  judge,
  type PatienceOptions,
  type PatienceState,
  resumedPatience,
} from '../src/patience.js'

const DEFAULTS: PatienceOptions = { mode: 'min', patience: 3, minDelta: 0, checkFinite: true }

/** Judges values one after the other until the rule says stop; one value per epoch of ten steps. */
function judged(values: readonly number[], given: Partial<PatienceOptions>, from?: PatienceState) {
  const options = { ...DEFAULTS, ...given }
  let state = from ?? initialPatience(options.mode)
  const improvements: number[] = []
  for (const [index, value] of values.entries()) {
    const epoch = index + 1
    const verdict = judge(options, state, { value, epoch, step: epoch * 10 })
    state = verdict.state
    if (verdict.isImprovement) improvements.push(value)
    if (verdict.reason) return { at: index, reason: verdict.reason, state, improvements }
  }
  return { at: undefined, reason: undefined, state, improvements }
}

type Case = readonly [
  title: string,
  values: readonly number[],
  options: Partial<PatienceOptions>,
  at: number | undefined,
  reason: string | undefined,
]
const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const cases: readonly Case[] = [
  [
    'patience 0 ends at the first check without an improvement',
    [5, 4, 4],
    { patience: 0 },
    2,
    'patience',
  ],
  ['patience 1 does the same', [5, 4, 4], { patience: 1 }, 2, 'patience'],
  ['patience 2 waits for one more', [5, 4, 4, 4], { patience: 2 }, 3, 'patience'],
  ['an endless patience never ends', [5, 5, 5, 5, 5], { patience: inf }, undefined, undefined],
  ['an improvement begins the wait anew', [5, 6, 6, 4, 6, 6, 6], {}, 6, 'patience'],
  ['what is equal is no improvement', [5, 5], { patience: 1 }, 1, 'patience'],
  ['less is worse where mode is max', [0.5, 0.6, 0.6], { mode: 'max', patience: 1 }, 2, 'patience'],
  [
    'an improvement of exactly minDelta is none',
    [5, 4.5],
    { patience: 1, minDelta: 0.5 },
    1,
    'patience',
  ],
  [
    'one of more than minDelta is one',
    [5, 4.25],
    { patience: 1, minDelta: 0.5 },
    undefined,
    undefined,
  ],
  [
    'minDelta is subtracted where mode is max',
    [1, 1.5],
    { mode: 'max', patience: 1, minDelta: 0.5 },
    1,
    'patience',
  ],
  [
    'a drift smaller than minDelta is compared with the best, not the last',
    [5, 4.75, 4.5, 4.25],
    { minDelta: 0.6 },
    undefined,
    undefined,
  ],
  ['and ends when it stays too slow', [5, 4.9, 4.8, 4.7], { minDelta: 0.6 }, 3, 'patience'],
  [
    'the stopping threshold is passed, not met',
    [5, 3, 2.9],
    { stoppingThreshold: 3 },
    2,
    'threshold',
  ],
  [
    'the stopping threshold for max',
    [0.5, 0.9, 0.91],
    { mode: 'max', stoppingThreshold: 0.9 },
    2,
    'threshold',
  ],
  ['a stopping threshold of 0 is one', [1, -1], { stoppingThreshold: 0 }, 1, 'threshold'],
  [
    'the divergence threshold is passed, not met',
    [5, 10, 10.1],
    { divergenceThreshold: 10 },
    2,
    'divergence',
  ],
  [
    'the divergence threshold for max',
    [0.5, 0.1, 0.09],
    { mode: 'max', divergenceThreshold: 0.1 },
    2,
    'divergence',
  ],
  [
    'a divergence threshold of 0 is one',
    [0.5, -0.1],
    { mode: 'max', divergenceThreshold: 0 },
    1,
    'divergence',
  ],
  ['NaN ends the run', [5, nan], {}, 1, 'notFinite'],
  ['infinity ends the run, also the good one', [5, -inf], {}, 1, 'notFinite'],
  [
    'NaN is no improvement where it is allowed',
    [5, nan, nan, nan],
    { checkFinite: false },
    3,
    'patience',
  ],
  [
    'what is not finite comes before the thresholds',
    [5, inf],
    { divergenceThreshold: 9 },
    1,
    'notFinite',
  ],
  [
    'a threshold comes before patience',
    [5, 9],
    { patience: 1, divergenceThreshold: 8 },
    1,
    'divergence',
  ],
]

describe('the rule', () => {
  it.each(cases)('%s', (_, values, options, at, reason) => {
    expect(judged(values, options)).toMatchObject({ at, reason })
  })

  it('remembers the best value, its epoch and step, and the wait', () => {
    const { state, improvements } = judged([5, 3, 4], {})
    expect(state).toEqual({
      best: 3,
      bestEpoch: 2,
      bestStep: 20,
      wait: 1,
      reason: null,
      stoppedEpoch: null,
      stoppedValue: null,
      stoppedWait: null,
    })
    expect(improvements).toEqual([5, 3])
  })

  it('makes a value past the stopping threshold the best one', () => {
    const { state, improvements } = judged([5, 2], { stoppingThreshold: 3 })
    expect(state).toMatchObject({
      best: 2,
      bestEpoch: 2,
      wait: 0,
      reason: 'threshold',
      stoppedEpoch: 2,
    })
    expect(improvements).toEqual([5, 2])
  })

  it('leaves best and wait as they are where a value is lost or not finite', () => {
    for (const value of [20, nan]) {
      const { state } = judged([5, 6, value], { divergenceThreshold: 10 })
      expect(state).toMatchObject({ best: 5, wait: 1, stoppedEpoch: 3 })
    }
  })

  it('keeps the first reason, and goes on judging, where the run has to go on', () => {
    const stopped = judged([5, 6], { patience: 1 }).state
    const { state } = judge({ ...DEFAULTS, patience: 1 }, stopped, { value: 4, epoch: 3, step: 30 })
    expect(state).toMatchObject({ best: 4, wait: 0, reason: 'patience', stoppedEpoch: 2 })
    const again = judge({ ...DEFAULTS, patience: 1 }, state, { value: nan, epoch: 4, step: 40 })
    expect(again).toMatchObject({
      reason: 'notFinite',
      state: { reason: 'patience', stoppedEpoch: 2 },
    })
  })

  it('goes on with best and wait as they were, where a larger patience had not stopped it', () => {
    const stopped = judged([5, 6, 6], { patience: 2 }).state
    const resumed = resumedPatience(stopped)
    expect(resumed).toEqual({ ...judged([5, 6, 6], { patience: 4 }).state })
    expect(judged([6, 6], { patience: 4 }, resumed)).toMatchObject({ at: 1, reason: 'patience' })
  })

  it.each<[string, number[], Partial<PatienceOptions>, Partial<PatienceOptions>, boolean]>([
    ['the same patience', [5, 6, 6], { patience: 2 }, { patience: 2 }, true],
    ['less patience', [5, 6, 6], { patience: 2 }, { patience: 1 }, true],
    ['more patience', [5, 6, 6], { patience: 2 }, { patience: 3 }, false],
    ['no patience at all, twice', [5, 6], { patience: 0 }, { patience: 0 }, true],
    ['the same aim', [5, 2], { stoppingThreshold: 3 }, { stoppingThreshold: 3 }, true],
    ['a farther aim', [5, 2], { stoppingThreshold: 3 }, { stoppingThreshold: 1 }, false],
    ['no aim', [5, 2], { stoppingThreshold: 3 }, {}, false],
    ['the same end', [5, 9], { divergenceThreshold: 8 }, { divergenceThreshold: 8 }, true],
    ['a farther end', [5, 9], { divergenceThreshold: 8 }, { divergenceThreshold: 10 }, false],
    ['a check of NaN', [5, nan], {}, {}, true],
    ['no check of NaN', [5, nan], {}, { checkFinite: false }, false],
  ])('was stopped, and is with %s: told by its state', (_, values, then, now, isStopped) => {
    const { state } = judged(values, then)
    expect(isStillStopped({ ...DEFAULTS, ...now }, state)).toBe(isStopped)
  })

  it('stays stopped by a patience that ran out while the run had to go on, and improved', () => {
    const stopped = judged([5, 6], { patience: 1 }).state
    const { state } = judge({ ...DEFAULTS, patience: 1 }, stopped, { value: 4, epoch: 3, step: 30 })
    expect(isStillStopped({ ...DEFAULTS, patience: 1 }, state)).toBe(true)
  })

  it('leaves the wait as it is where it was not stopped', () => {
    const going = judged([5, 6], {}).state
    expect(resumedPatience(going)).toBe(going)
  })
})

describe('the reason in words', () => {
  const told = (values: readonly number[], given: Partial<PatienceOptions>) => {
    const options = { ...DEFAULTS, ...given, monitor: 'val_loss' }
    const { reason, state, at = 0 } = judged(values, options)
    return reason && describeReason(reason, state, { ...options, value: values[at] ?? nan })
  }
  it.each([
    [
      [5, 6, 5.5],
      { patience: 2 },
      '"val_loss" did not improve in the last 2 checks: now 5.5, best 5 in epoch 1',
    ],
    [
      [0.14574529230594635, 0.17896707355976105],
      { patience: 1 },
      '"val_loss" did not improve in the last check: now 0.178967, best 0.145745 in epoch 1',
    ],
    [
      [5, 4.9],
      { patience: 0, minDelta: 0.5 },
      '"val_loss" did not improve by more than 0.5 in the last check: now 4.9, best 5 in epoch 1',
    ],
    [[5, 2], { stoppingThreshold: 2.9 }, '"val_loss" passed the stopping threshold: 2 < 2.9'],
    [
      [4, 2, 16],
      { divergenceThreshold: 15.9 },
      '"val_loss" passed the divergence threshold: 16 > 15.9, best 2 in epoch 2',
    ],
    [
      [0.5, 0.95],
      { mode: 'max', stoppingThreshold: 0.9 },
      '"val_loss" passed the stopping threshold: 0.95 > 0.9',
    ],
    [
      [0.5, 0.05],
      { mode: 'max', divergenceThreshold: 0.1 },
      '"val_loss" passed the divergence threshold: 0.05 < 0.1, best 0.5 in epoch 1',
    ],
    [[nan], {}, '"val_loss" is not finite: NaN, no better value before'],
  ] as const)('%j with %j', (values, options, text) => {
    expect(told(values, options)).toBe(text)
  })
})
