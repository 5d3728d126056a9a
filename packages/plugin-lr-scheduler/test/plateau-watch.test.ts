import { describe, expect, it } from 'vitest'
import { reduceOnPlateau } from '../src/plateau.js'
import {
  type Boundary,
  initialWatch,
  type WatchState,
  watchBoundary,
} from '../src/plateau-watch.js'

const boundary = (more: Partial<Boundary>): Boundary => ({
  value: undefined,
  validation: false,
  epoch: false,
  isCut: false,
  validations: 0,
  canValidate: true,
  ...more,
})

describe.each(['epoch', 'validation'] as const)('a plateau that judges by %s', (checkOn) => {
  const rule = reduceOnPlateau({ monitor: 'val_loss', mode: 'min', checkOn })
  const first = initialWatch(rule)
  const judged = (value: number, validations: number): WatchState => ({
    plateau: rule.judge(rule.initial, value),
    newest: null,
    validations,
  })

  it('has seen nothing at first', () => {
    expect(first).toEqual({ plateau: rule.initial, newest: null, validations: 0 })
  })

  const byEpoch: [how: string, Partial<Boundary>, WatchState, isMissing: boolean][] = [
    ['an epoch with a value', { epoch: true, value: 2, validations: 1 }, judged(2, 1), false],
    ['a value of 0', { epoch: true, value: 0, validations: 1 }, judged(0, 1), false],
    [
      'a value of NaN',
      { epoch: true, value: Number.NaN, validations: 1 },
      judged(Number.NaN, 1),
      false,
    ],
    [
      'a validation',
      { validation: true, value: 2, validations: 1 },
      { ...first, newest: 2 },
      false,
    ],
    [
      'an epoch that is cut',
      { epoch: true, isCut: true, value: 2 },
      { ...first, newest: 2 },
      false,
    ],
    ['an epoch without validation', { epoch: true }, first, false],
    ['one that had one', { epoch: true, validations: 1 }, { ...first, validations: 1 }, true],
    ['a run that never validates', { epoch: true, canValidate: false }, first, true],
  ]
  const byValidation: typeof byEpoch = [
    [
      'a validation with a value',
      { validation: true, value: 2, validations: 1 },
      judged(2, 1),
      false,
    ],
    ['a value of -0', { validation: true, value: -0, validations: 1 }, judged(-0, 1), false],
    ['an epoch with a value', { epoch: true, value: 2 }, first, false],
    [
      'a validation without it',
      { validation: true, validations: 1 },
      { ...first, validations: 1 },
      true,
    ],
  ]

  it.each(checkOn === 'epoch' ? byEpoch : byValidation)('%s', (_, at, state, isMissing) => {
    expect(watchBoundary(rule, first, boundary(at))).toEqual({ state, isMissing })
  })
})

it('the newest value of an epoch waits for its end', () => {
  const rule = reduceOnPlateau({ monitor: 'val_loss', mode: 'min', checkOn: 'epoch' })
  let state = initialWatch(rule)
  for (const value of [5, 3])
    ({ state } = watchBoundary(rule, state, boundary({ validation: true, value, validations: 1 })))
  ;({ state } = watchBoundary(rule, state, boundary({ epoch: true, validations: 1 })))
  expect(state).toEqual({ plateau: rule.judge(rule.initial, 3), newest: null, validations: 1 })
})
