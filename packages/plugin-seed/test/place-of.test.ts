import type { RunState, SyncSectionKind } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { placeOf } from '../src/places.js'

const fitting = {
  stage: 'fit',
  isSanityCheck: false,
  epoch: 3,
  batch: 5,
  step: 29,
  samples: 116,
  validations: 2,
} as RunState

type Row = readonly [SyncSectionKind, number, Partial<RunState>, readonly [number, number, number]]
const table: readonly Row[] = [
  ['module', 0, {}, [0, 0, 0]],
  ['data', 0, {}, [1, 0, 0]],
  ['step', 0, {}, [2, 3, 5]],
  ['loader', -1, {}, [3, 3, -1]],
  ['loader', 6, {}, [3, 3, 6]],
  ['evaluation', 0, {}, [4, 2, 0]],
  ['evaluation', 0, { isSanityCheck: true, validations: 0 }, [4, 0, 1]],
  ['evaluation', 0, { stage: 'validate' }, [4, 0, 2]],
  ['evaluation', 0, { stage: 'test' }, [4, 0, 3]],
  ['evaluation', 0, { stage: 'predict' }, [4, 0, 4]],
]

describe('the place of a section', () => {
  it.each(table)('%s %d with %o is kind, period, index %o', (kind, index, state, expected) => {
    const place = placeOf(kind, index, { ...fitting, ...state })
    expect([place.kind, place.period, place.index]).toEqual(expected)
  })
})
