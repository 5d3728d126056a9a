import { describe, expect, it } from 'vitest'
import { sleep } from '../../src/clock.js'
import { RateLimiter, TokenBucket } from '../../src/pump/rate-limiter.js'
import { FakeClock } from '../helpers/fake-clock.js'

/** The most that a window of `perMs` saw, wherever it began. */
function peakOf(arrivals: readonly { at: number; count: number }[], perMs: number): number {
  const sorted = [...arrivals].sort((one, other) => one.at - other.at)
  let [peak, inside, first] = [0, 0, 0]
  for (const { at, count } of sorted) {
    inside += count
    for (; (sorted[first] as { at: number }).at <= at - perMs; first++) {
      inside -= (sorted[first] as { count: number }).count
    }
    peak = Math.max(peak, inside)
  }
  return peak
}

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
      const most = peakOf(
        times.map((at) => ({ at, count: batch })),
        perMs,
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
  const pacer = new RateLimiter(
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
  await new RateLimiter(undefined, clock).take('metric', 1e6, signal)
})

/** Numbers that look random and are the same in each run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A machine whose timers are late: mostly by little, at times by most of a window. */
class BusyClock extends FakeClock {
  constructor(
    readonly random: () => number,
    readonly perMs: number,
  ) {
    super()
  }

  override after(ms: number, call: () => void): () => void {
    return super.after(ms + this.lateness(), call)
  }

  lateness(): number {
    return this.random() < 0.02 ? this.random() * this.perMs : this.random() * (this.perMs / 200)
  }
}

describe.each([
  ['one by one in eight lanes', { lanes: 8, batch: 1 }],
  ['in batches of a tenth of the limit', { lanes: 1, batch: 40 }],
] as const)('requests %s', (_, { lanes, batch }) => {
  it.each([1, 2, 3, 4, 5, 6])(
    'are never more than the limit in a window, however late timers and answers are: %i',
    async (seed) => {
      const [limit, perMs] = [400, 60_000]
      const random = chance(seed)
      const clock = new BusyClock(random, perMs)
      const pacer = new RateLimiter({ metric: { count: limit * 0.8, perMs } }, clock)
      const { signal } = new AbortController()
      const arrivals: { at: number; count: number }[] = []
      const end = clock.now() + 10 * perMs
      const wait = () => sleep(clock, random() * (perMs / 300), signal)
      const lane = async () => {
        while (clock.now() < end) {
          await pacer.take('metric', batch, signal)
          await wait()
          arrivals.push({ at: clock.now(), count: batch })
          await wait()
        }
      }
      const all = Promise.all(Array.from({ length: lanes }, lane))
      await clock.advance(13 * perMs)
      await all
      expect(peakOf(arrivals, perMs)).toBeLessThanOrEqual(limit)
      expect(arrivals.length * batch).toBeGreaterThan(limit * 4)
    },
  )
})
