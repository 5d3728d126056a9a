import { describe, expect, it } from 'vitest'
import { type Lifetime, type MemoryPlan, planMemory } from '../../src/capture/plan-memory.js'

const lifetime = (bytes: number, first: number, last: number): Lifetime => ({ bytes, first, last })

it.each<[string, Lifetime[], number[], number]>([
  ['no storages', [], [], 0],
  ['one, whose place is a whole number of lines', [lifetime(4, 0, 1)], [0], 64],
  ['two that live together', [lifetime(64, 0, 1), lifetime(64, 1, 2)], [0, 64], 128],
  ['two that do not', [lifetime(64, 0, 1), lifetime(64, 2, 3)], [0, 0], 64],
  ['the largest first', [lifetime(65, 0, 1), lifetime(1000, 1, 1)], [1024, 0], 1152],
  [
    'one that fits between two',
    [lifetime(192, 0, 9), lifetime(128, 0, 2), lifetime(128, 0, 9), lifetime(100, 3, 4)],
    [0, 192, 320, 192],
    448,
  ],
  ['one without bytes', [lifetime(0, 0, 5), lifetime(64, 0, 5)], [0, 0], 64],
])('%s', (_, lifetimes, offsets, bytes) => {
  expect(planMemory(lifetimes)).toEqual({ offsets, bytes })
})

describe.each(Array.from({ length: 40 }, (_, seed) => seed))('random lifetimes %i', (seed) => {
  const lifetimes = randomLifetimes(seed)
  const plan = planMemory(lifetimes)

  it('storages that live together do not overlap', () => {
    expect(overlaps(lifetimes, plan)).toEqual([])
  })

  it('begin at lines, within a total that is at most their sum and at least what lives at once', () => {
    const size = ({ bytes }: Lifetime) => Math.ceil(bytes / 64) * 64
    const sum = (list: readonly Lifetime[]) => list.reduce((total, one) => total + size(one), 0)
    for (const [i, offset] of plan.offsets.entries()) {
      expect(offset % 64).toBe(0)
      expect(offset + (lifetimes[i] as Lifetime).bytes).toBeLessThanOrEqual(plan.bytes)
    }
    expect(plan.bytes).toBeLessThanOrEqual(sum(lifetimes))
    const atOnce = Array.from({ length: 60 }, (_, time) =>
      sum(lifetimes.filter(({ first, last }) => first <= time && time <= last)),
    )
    expect(plan.bytes).toBeGreaterThanOrEqual(Math.max(...atOnce))
  })
})

it('the check of overlaps finds one', () => {
  const lifetimes = [lifetime(64, 0, 1), lifetime(64, 1, 2)]
  expect(overlaps(lifetimes, { offsets: [0, 32], bytes: 96 })).toEqual(['0 and 1'])
})

function overlaps(lifetimes: readonly Lifetime[], { offsets }: MemoryPlan): string[] {
  const found: string[] = []
  lifetimes.forEach((a, i) => {
    lifetimes.slice(0, i).forEach((b, j) => {
      const [start, other] = [offsets[i], offsets[j]] as [number, number]
      const together = a.first <= b.last && b.first <= a.last
      if (together && start < other + b.bytes && other < start + a.bytes) {
        found.push(`${j} and ${i}`)
      }
    })
  })
  return found
}

function randomLifetimes(seed: number): Lifetime[] {
  let state = seed * 2654435761
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.floor(((state >>> 0) / 2 ** 32) * limit)
  }
  return Array.from({ length: 2 + below(60) }, () => {
    const first = below(50)
    const isSmall = below(3) > 0
    return lifetime(isSmall ? below(300) : below(20000), first, first + below(10))
  })
}
