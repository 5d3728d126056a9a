import { describe, expect, it } from 'vitest'
import { isBehind, medianThresholds } from '../src/median-rule.js'
import type { TaskResult } from '../src/trial.js'

type Curve = TaskResult['curve']
const curve = (...values: number[]): Curve => values.map((value, epoch) => [epoch, value])
const result = (values: Curve): TaskResult => ({
  number: 0,
  rung: 0,
  outcome: 'completed',
  value: 0,
  curve: values,
})

describe('the median rule', () => {
  it.each([
    [[], 'min', []],
    [
      [
        [3, 2],
        [3, 2],
      ],
      'min',
      [null, null],
    ],
    [
      [
        [9, 3, 5],
        [9, 1, 1],
        [9, 2, 1],
      ],
      'min',
      [null, 2, 1],
    ],
    [
      [
        [9, 3, 5],
        [9, 1, 1],
        [9, 2, 1],
      ],
      'max',
      [null, 9, 9],
    ],
    [
      [
        [4, 3],
        [4, 1],
        [4, 2],
        [4, 0],
      ],
      'min',
      [null, 1.5],
    ],
    [
      [
        [4, 3, 1],
        [4, 1],
        [4, 2],
      ],
      'min',
      [null, 2, null],
    ],
    [
      [
        [4, Number.NaN],
        [4, 1],
        [4, 2],
      ],
      'min',
      [null, 2],
    ],
    [[[], [4, 1], [4, 2]], 'min', [null, null]],
  ] as [number[][], 'min' | 'max', (number | null)[]][])(
    'of %j by %s is %j',
    (curves, mode, wanted) => {
      expect(
        medianThresholds(
          curves.map((values) => result(curve(...values))),
          mode,
        ),
      ).toEqual(wanted)
    },
  )

  it.each([
    [curve(9, 3), [null, 2], 'min', true],
    [curve(9, 2), [null, 2], 'min', false],
    [curve(1, 3), [null, 2], 'min', false],
    [curve(9), [null, 2], 'min', false],
    [curve(9, 3, 3), [null, 2], 'min', false],
    [curve(0, 1), [null, 2], 'max', true],
    [curve(0, 3), [null, 2], 'max', false],
    [curve(0, Number.NaN), [null, 0.5], 'max', true],
    [curve(Number.NaN, Number.NaN), [null, 2], 'min', true],
    [
      [
        [0, 5],
        [1, 5],
        [1, 1],
      ],
      [null, 2],
      'min',
      false,
    ],
  ] as [Curve, (number | null)[], 'min' | 'max', boolean][])(
    '%j beside %j by %s is behind: %s',
    (values, thresholds, mode, wanted) => {
      expect(isBehind(values, thresholds, mode)).toBe(wanted)
    },
  )
})
