import { describe, expect, it } from 'vitest'
import { type PlateauOptions, reduceOnPlateau } from '../src/index.js'
import { initialWatch, type WatchState, watchBoundary } from '../src/plateau-watch.js'
import { largestDifference, torchTables } from './torch/tables.js'

/** Our names for PyTorch's options. */
const NAMES: Readonly<Record<string, string>> = {
  threshold_mode: 'thresholdMode',
  min_lr: 'minLr',
  eps: 'minChange',
}

describe(`over 200 judgements the rates are those of ReduceLROnPlateau of PyTorch ${torchTables.torch}`, () => {
  const cases = torchTables.plateaus.flatMap(({ name, metrics, cases: own }) =>
    own.map(
      ({ options, rates }) => [JSON.stringify(options), name, options, metrics, rates] as const,
    ),
  )

  it.each(cases)('%s of a metric that is %s', (_, __, options, metrics, rates) => {
    const own = Object.entries(options).map(([key, value]) => [NAMES[key] ?? key, value])
    const plateau = reduceOnPlateau({ monitor: 'm', ...Object.fromEntries(own) } as PlateauOptions)
    let state = plateau.initial
    const found = metrics.map((value) => {
      state = plateau.judge(state, value ?? Number.NaN)
      return plateau.rate(state.reductions, torchTables.base)
    })
    expect(new Set(rates).size).toBeGreaterThan(1)
    expect(largestDifference(found, rates)).toBeLessThan(1e-12)
  })
})

describe('when a plateau judges', () => {
  const byEpoch = reduceOnPlateau({ monitor: 'm', mode: 'min', patience: 0, factor: 0.5 })
  const byValidation = reduceOnPlateau({
    monitor: 'm',
    mode: 'min',
    patience: 0,
    factor: 0.5,
    checkOn: 'validation',
  })
  const V = { validation: true, epoch: false }
  const E = { validation: false, epoch: true }
  const VE = { validation: true, epoch: true }

  type Step = readonly [typeof V, number | undefined, Partial<{ isCut: boolean }>?]

  /** Goes through boundaries. @returns reductions after each, or `missing` */
  function judged(plateau: typeof byEpoch, steps: readonly Step[], canValidate = true) {
    let state: WatchState = initialWatch(plateau)
    let validations = 0
    return steps.map(([where, value, { isCut = false } = {}]) => {
      if (where.validation) validations++
      const boundary = { ...where, value, isCut, validations, canValidate }
      const result = watchBoundary(plateau, state, boundary)
      state = result.state
      return result.isMissing ? 'missing' : state.plateau.reductions
    })
  }

  it.each<[string, typeof byEpoch, readonly Step[], readonly unknown[]]>([
    [
      'each epoch with a validation at its end',
      byEpoch,
      [
        [VE, 1],
        [VE, 2],
        [VE, 3],
      ],
      [0, 1, 2],
    ],
    [
      'each epoch by the newest of its validations',
      byEpoch,
      [
        [V, 5],
        [V, 1],
        [E, undefined],
        [V, 0.5],
        [V, 9],
        [E, undefined],
      ],
      [0, 0, 0, 0, 0, 1],
    ],
    [
      'no epoch without a validation',
      byEpoch,
      [
        [VE, 1],
        [E, undefined],
        [VE, 2],
      ],
      [0, 0, 1],
    ],
    [
      'not before the first validation',
      byEpoch,
      [
        [E, undefined],
        [VE, 1],
      ],
      [0, 0],
    ],
    [
      'no epoch that was cut short: the value waits for its end',
      byEpoch,
      [
        [VE, 1],
        [VE, 2, { isCut: true }],
        [E, undefined],
        [VE, 3],
      ],
      [0, 0, 1, 2],
    ],
    [
      'each epoch by a training metric',
      byEpoch,
      [
        [E, 1],
        [E, 2],
      ],
      [0, 1],
    ],
    [
      'each validation, if told so',
      byValidation,
      [
        [V, 1],
        [V, 2],
        [VE, 3],
      ],
      [0, 1, 2],
    ],
    [
      'validations only, if told so',
      byValidation,
      [
        [E, 1],
        [VE, 2],
        [E, 3],
      ],
      [0, 0, 0],
    ],
    [
      'what was not reported is missing',
      byEpoch,
      [
        [VE, 1],
        [VE, undefined],
      ],
      [0, 'missing'],
    ],
    [
      'so it is in mid-epoch',
      byEpoch,
      [
        [V, undefined],
        [E, undefined],
      ],
      [0, 'missing'],
    ],
    ['so it is for validations', byValidation, [[V, undefined]], ['missing']],
  ])('%s', (_, plateau, steps, expected) => {
    expect(judged(plateau, steps)).toEqual(expected)
  })

  it('a metric of a run without validation is missing at once', () => {
    expect(judged(byEpoch, [[E, undefined]], false)).toEqual(['missing'])
  })
})

describe('wrong options are errors at construction', () => {
  it.each([
    [
      'C193: no monitor',
      { mode: 'min' },
      /reduceOnPlateau: "monitor" is missing; expected a non-empty/,
    ],
    ['no mode', { monitor: 'loss' }, /reduceOnPlateau: "mode" is missing; expected "min" or "max"/],
    ['mode auto', { monitor: 'loss', mode: 'auto' }, /"mode" is "auto"/],
    ['a factor of 1', { monitor: 'loss', mode: 'min', factor: 1 }, /above 0 and below 1/],
    ['half a patience', { monitor: 'loss', mode: 'min', patience: 0.5 }, /"patience" is 0.5/],
    ['a misspelt one', { monitor: 'loss', mode: 'min', patince: 3 }, /"patince" is not known/],
  ])('%s', (_, options, message) => {
    expect(() => reduceOnPlateau(options as never)).toThrow(message)
  })
})
