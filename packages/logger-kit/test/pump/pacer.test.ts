import { describe, expect, it } from 'vitest'
import { Pacer, TokenBucket } from '../../src/pump/pacer.js'
import { FakeClock } from '../helpers/fake-clock.js'

describe('a token bucket', () => {
  it.each([
    [9600, 60_000, 1],
    [160, 1000, 1],
    [9600, 60_000, 100],
    [10, 1000, 3],
  ])(
    'of %i in %i ms, taken %i at a time, keeps its rate in every window',
    (count, perMs, batch) => {
      const bucket = new TokenBucket({ count, perMs }, 0)
      const times: number[] = []
      let now = 0
      while (now < perMs * 3) {
        now += bucket.take(batch, now)
        times.push(now)
      }
      const most = Math.max(
        ...times.map((start) => {
          const inside = times.filter((time) => time >= start && time < start + perMs)
          return inside.length * batch
        }),
      )
      expect(most).toBeLessThanOrEqual(count * (1 + 1 / 60) + batch)
      expect(times.length * batch).toBeGreaterThanOrEqual(count * 2.9)
    },
  )

  it('lends what was not used for a sixtieth of the window only', () => {
    const bucket = new TokenBucket({ count: 600, perMs: 60_000 }, 0)
    const waits = Array.from({ length: 12 }, () => bucket.take(1, 50_000))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
    expect(waits[10]).toBeCloseTo(100)
    expect(waits[11]).toBeCloseTo(200)
  })
})

it('paces kinds by their own rate, others by the rest, and kinds without one not at all', async () => {
  const clock = new FakeClock()
  const pacer = new Pacer(
    { metric: { count: 60, perMs: 1000 }, rest: { count: 120, perMs: 1000 } },
    clock,
  )
  const sent: string[] = []
  const { signal } = new AbortController()
  const send = async (kind: 'metric' | 'text' | 'image') => {
    await pacer.take(kind, 1, signal)
    sent.push(kind)
  }
  for (const kind of ['metric', 'metric', 'metric', 'text', 'image', 'text', 'text'] as const)
    void send(kind)
  await clock.advance(1)
  expect(sent).toEqual(['metric', 'text', 'image'])
  await clock.advance(17)
  expect(sent.sort()).toEqual(['image', 'metric', 'metric', 'text', 'text', 'text'])
  await new Pacer(undefined, clock).take('metric', 1e6, signal)
})
