import { expect, it } from 'vitest'
import type { Comparison } from '../src/compare.js'
import { parts } from '../src/parts.js'
import { type Measured, tableOf, verdict } from '../src/report.js'

function comparison(difference: number, ratio: number): Comparison {
  return {
    baseline: 'hand loop',
    candidate: 'Regimen bare',
    effort: { pairs: 1, steps: 1, warmUp: 0 },
    baselineMicros: 100,
    candidateMicros: 100 + difference,
    difference,
    spread: [difference - 1, difference + 1],
    ratio,
    pairs: [],
  }
}

it.each([
  [10, { micros: 10 }, '10.0 of 10 µs: ok'],
  [10.2, { micros: 10 }, '10.2 of 10 µs: over'],
  [50, { ratio: 0.9 }, '0.95 of 0.9: over'],
  [50, undefined, ''],
])('a difference of %d with the bound %o reads "%s"', (difference, bound, text) => {
  expect(verdict(comparison(difference, 0.95), bound)).toBe(text)
})

it('a table holds its parts only, and says when the control was never quiet', () => {
  const measured = parts.map(
    (part): Measured => ({
      part,
      comparisons: { control: comparison(-9, 0.9), bare: comparison(20, 1.2) },
      controlRuns: 3,
    }),
  )
  const table = tableOf('host', measured)
  expect(table).toContain('| stub, linear | hand loop')
  expect(table).toContain('20.0 of 10 µs: over')
  expect(table).not.toContain('| cpu')
  expect(table).toContain('stub, linear: the control stayed over 8 µs in 3 runs')
  expect(tableOf('mlp', measured)).not.toContain('stayed over')
})
