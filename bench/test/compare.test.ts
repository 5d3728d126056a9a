import { expect, it } from 'vitest'
import { compare } from '../src/compare.js'
import type { Contestant } from '../src/contestant.js'

/** Takes the milliseconds it is told, and notes when it was its turn. */
function scripted(name: string, durations: readonly number[], turns: string[]): Contestant {
  const left = [...durations]
  return {
    name,
    block: async (steps) => {
      turns.push(`${name} ${steps}`)
      return left.shift() as number
    },
    close: async () => undefined,
  }
}

it('compares within pairs, so that a machine that slows down between them does not matter', async () => {
  const baseline = scripted('a', [99, 1, 10, 100], [])
  const candidate = scripted('b', [1, 2, 11, 101], [])
  const result = await compare(baseline, candidate, { pairs: 3, steps: 100, warmUp: 1 })
  expect(result.difference).toBe(10)
  expect(result.ratio).toBeCloseTo(1.1)
  expect(result.baselineMicros).toBe(100)
  expect(result.pairs).toEqual([
    [10, 20],
    [100, 110],
    [1000, 1010],
  ])
})

it('lets each begin in every other pair', async () => {
  const turns: string[] = []
  const zeros = [0, 0, 0]
  const effort = { pairs: 2, steps: 7, warmUp: 1 }
  await compare(scripted('a', zeros, turns), scripted('b', zeros, turns), effort)
  expect(turns).toEqual(['b 7', 'a 7', 'a 7', 'b 7', 'b 7', 'a 7'])
})
