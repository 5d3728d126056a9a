import { describe, expect, it } from 'vitest'
import { type LrFinderOptions, resolveOptions } from '../src/options.js'
import { picture } from '../src/picture.js'
import { hasDiverged, nextPoint, type RangePoint, rateAt, suggestionOf } from '../src/range.js'

const points = (smoothed: readonly number[]): RangePoint[] =>
  smoothed.map((value, index) => ({ rate: 10 ** (index - 20), loss: value, smoothed: value }))
const flat = (count: number, value = 9) => Array.from({ length: count }, () => value)

it.each([
  ['exponential', [1e-4, 1e-3, 1e-2, 1e-1, 1]],
  ['linear', [1e-4, 0.250075, 0.50005, 0.750025, 1]],
] as const)('rates rise %s', (mode, expected) => {
  const range = { min: 1e-4, max: 1, steps: 5, mode }
  for (const [step, rate] of expected.entries()) expect(rateAt(range, step)).toBeCloseTo(rate, 12)
})

it('the average of losses is corrected for its beginning', () => {
  // 0.5 of 4 by 0.5; 0.5 · 2 + 0.5 · 8 = 5 by 0.75; 0.5 · 5 + 0.5 · 1 = 3 by 0.875.
  const found: RangePoint[] = []
  for (const loss of [4, 8, 1]) found.push(nextPoint(found, { rate: 1, loss }, 0.5))
  const smoothed = found.map((point) => point.smoothed)
  for (const [index, value] of [4, 5 / 0.75, 3 / 0.875].entries())
    expect(smoothed[index]).toBeCloseTo(value, 12)
})

it.each<[number[], number, boolean]>([
  [[1], 2, false],
  [[2, 1, 1.9], 2, false],
  [[2, 1, 2.1], 2, true],
  [[2, 1, 2.1], Number.POSITIVE_INFINITY, false],
  [[1, -1, -0.5], 4, true],
])('%j has diverged by %d: %s', (smoothed, stop, expected) => {
  expect(hasDiverged(points(smoothed), stop)).toBe(expected)
})

describe('the suggestion', () => {
  it.each<[string, number[], number | undefined]>([
    ['is where it falls most steeply', [...flat(10), 9, 8.5, 5, 4, 4, 6], 12],
    ['is not among the first ten', [90, ...flat(10), 9, 8, 7, 9], 12],
    ['is not the last', [...flat(12), 8, 8, 8, 0], 11],
    ['is none where nothing falls', [...flat(10), 1, 2, 3, 4], undefined],
    ['is none of few points', flat(11), undefined],
    ['skips what is not finite', [...flat(10), 9, 8, 7, Number.NaN, 1], 10],
  ])('%s', (_, smoothed, index) => {
    const all = points(smoothed)
    expect(suggestionOf(all)).toBe(index === undefined ? undefined : all[index]?.rate)
  })
})

it('the picture has the curve, the axes and the suggestion', () => {
  const all = points([...flat(10), 9, 8, 5, 4, 4, 6])
  const svg = picture({ points: all, ended: undefined, suggestion: all[12]?.rate }, 'exponential')
  expect(svg).toContain('Learning rate: 1e-8 suggested')
  expect(svg.match(/<polyline points="([^"]*)"/)?.[1]?.split(' ')).toHaveLength(16)
  expect(svg).toContain('<circle ')
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  const none = picture({ points: [], ended: 'not finite', suggestion: undefined }, 'linear')
  expect(none).toContain('no suggestion')
  expect(none).not.toMatch(/NaN|Infinity|undefined/)
})

it.each<[unknown, string]>([
  [{ min: 0 }, '"min" is 0; expected'],
  [{ min: 1, max: 0.1 }, '"max" is 0.1; expected more than "min", 1'],
  [{ steps: 1 }, '"steps" is 1; expected'],
  [{ stop: 1 }, '"stop" is 1; expected'],
  [{ smoothing: 1 }, '"smoothing" is 1; expected'],
  [{ mode: 'log' }, '"mode" is "log"; expected'],
  [{ onResult: true }, '"onResult" is true; expected a function'],
  [{ step: 4 }, 'Did you mean "steps"?'],
])('%j are an error at construction', (wrong, text) => {
  expect(() => resolveOptions(wrong as LrFinderOptions)).toThrow(text)
})
