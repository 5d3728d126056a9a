import { describe, expect, it } from 'vitest'
import { isBetterScore, isWorthKeeping, type Kept, leavingFor } from '../src/retention.js'

/** What is left, by index, after scores came one after the other. */
function left(scores: readonly (number | null)[], topK: number, mode?: 'min' | 'max'): number[] {
  let kept: readonly Kept[] = []
  scores.forEach((score, index) => {
    if (!isWorthKeeping(kept, score, { topK, mode })) return
    const leaving = leavingFor(kept, { topK, mode })
    kept = [...kept.filter((one) => !leaving.includes(one)), { file: String(index), score }]
  })
  return kept.map(({ file }) => Number(file)).sort()
}

const SCORES = [10, 9, 2.8, 5, 2.5]

describe('retention', () => {
  it.each([
    [-1, [0, 1, 2, 3, 4]],
    [0, []],
    [1, [4]],
    [2, [2, 4]],
    [3, [2, 3, 4]],
    [4, [1, 2, 3, 4]],
  ])('of the 5 scores 10, 9, 2.8, 5, 2.5 keeps with topK %d %j', (topK, expected) => {
    expect(left(SCORES, topK, 'min')).toEqual(expected)
    const negated = SCORES.map((score) => -score)
    expect(left(negated, topK, 'max')).toEqual(expected)
  })

  it('without a metric keeps the newest, or all', () => {
    expect(left([null, null, null], 1)).toEqual([2])
    expect(left([null, null, null], -1)).toEqual([0, 1, 2])
  })

  it('does not take a tie', () => {
    expect(left([1, 1, 1], 1, 'min')).toEqual([0])
    expect(left([1, 1, 1], 2, 'max')).toEqual([0, 1])
  })

  it('takes NaN only while there is room, and lets it go first', () => {
    expect(left([Number.NaN, 8, 7, Number.NaN], 1, 'min')).toEqual([2])
    expect(left([5, Number.NaN, 9], 2, 'min')).toEqual([0, 2])
    expect(isBetterScore('max', Number.NaN, -1)).toBe(false)
    expect(isBetterScore('max', -1, Number.NaN)).toBe(true)
  })

  it('lets several go where fewer are wanted than before', () => {
    const kept = [3, 1, 2].map((score) => ({ file: String(score), score }))
    expect(leavingFor(kept, { topK: 1, mode: 'min' }).map(({ file }) => file)).toEqual([
      '3',
      '2',
      '1',
    ])
  })
})
