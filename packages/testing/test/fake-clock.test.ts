import { definePlugin } from '@regimen/core'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeClock, fakeClock, runPlugin } from '../src/index.js'

const real = {
  setTimeout,
  setInterval,
  clearTimeout,
  clearInterval,
  Date,
  now: Object.getOwnPropertyDescriptor(performance, 'now'),
}
let clock: FakeClock | undefined
afterEach(() => {
  clock?.restore()
})

describe('a fake clock', () => {
  it('stands still until it is told to go on', async () => {
    clock = fakeClock({ date: 1000 })
    const read = () => [performance.now(), Date.now(), new Date().toISOString(), clock?.now]
    expect(read()).toEqual([0, 1000, '1970-01-01T00:00:01.000Z', 0])
    await new Promise((resolve) => setImmediate(resolve))
    expect(read()).toEqual([0, 1000, '1970-01-01T00:00:01.000Z', 0])
    await clock.advance(250.5)
    expect(read()).toEqual([250.5, 1250, '1970-01-01T00:00:01.250Z', 250.5])
    clock.elapse(10)
    expect(performance.now()).toBe(260.5)
  })

  it('begins in the year 2000, and leaves dates that are given as they are', () => {
    clock = fakeClock()
    expect(new Date().toISOString()).toBe('2000-01-01T00:00:00.000Z')
    expect(new Date(86_400_000).toISOString()).toBe('1970-01-02T00:00:00.000Z')
    expect(new Date() instanceof Date).toBe(true)
    expect(Date.UTC(2000, 0, 1)).toBe(Date.now())
    expect(Date()).toContain('2000')
  })

  it('runs timers at their times, in order, with their arguments', async () => {
    clock = fakeClock()
    const calls: unknown[] = []
    setTimeout((...args) => calls.push([performance.now(), ...args]), 30, 'late', 1)
    setTimeout(() => calls.push([performance.now(), 'early']), 10)
    setTimeout(() => calls.push([performance.now(), 'same time, later']), 10)
    const interval = setInterval(() => calls.push([performance.now(), 'again']), 20)
    await clock.advance(9)
    expect(calls).toEqual([])
    await clock.advance(36)
    clearInterval(interval)
    await clock.advance(1000)
    expect(calls).toEqual([
      [10, 'early'],
      [10, 'same time, later'],
      [20, 'again'],
      [30, 'late', 1],
      [40, 'again'],
    ])
    expect(clock.pending).toBe(0)
  })

  it('runs timers that timers and promises start on the way', async () => {
    clock = fakeClock()
    const times: number[] = []
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const waiting = (async () => {
      for (let count = 0; count < 3; count++) {
        await wait(10)
        times.push(performance.now())
      }
    })()
    await clock.advance(30)
    await waiting
    expect(times).toEqual([10, 20, 30])
  })

  it('runs what fell due while time went by in a synchronous function', async () => {
    clock = fakeClock()
    const times: number[] = []
    setTimeout(() => times.push(performance.now()), 5)
    clock.elapse(20)
    expect(times).toEqual([])
    await clock.advance(0)
    expect(times).toEqual([20])
  })

  it('gives timers that can be cleared by number, unreferenced and refreshed', async () => {
    clock = fakeClock()
    const calls: string[] = []
    const first = setTimeout(() => calls.push('cleared'), 10)
    clearTimeout(Number(first))
    const second = setTimeout(() => calls.push('refreshed'), 10)
    expect(second.unref().hasRef()).toBe(false)
    await clock.advance(8)
    second.refresh()
    await clock.advance(8)
    expect(calls).toEqual([])
    await clock.advance(2)
    expect(calls).toEqual(['refreshed'])
  })

  it('clears real timers that were started before', async () => {
    let hasRun = false
    const timer = setTimeout(() => {
      hasRun = true
    }, 0)
    clock = fakeClock()
    const fake = setTimeout(() => undefined, 5)
    clearTimeout(timer)
    expect(clock.pending).toBe(1)
    clearTimeout(fake)
    clock.restore()
    // Real timers of the same length run in the order in which they were started.
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(hasRun).toBe(false)
  })

  it('puts everything back, once', () => {
    const first = fakeClock()
    first.restore()
    clock = fakeClock()
    first.restore()
    expect(performance.now()).toBe(0)
    clock.restore()
    expect({ setTimeout, setInterval, clearTimeout, clearInterval, Date }).toEqual({
      setTimeout: real.setTimeout,
      setInterval: real.setInterval,
      clearTimeout: real.clearTimeout,
      clearInterval: real.clearInterval,
      Date: real.Date,
    })
    expect(Object.getOwnPropertyDescriptor(performance, 'now')).toEqual(real.now)
  })

  it('refuses a second one, and time that is none', async () => {
    clock = fakeClock()
    expect(() => fakeClock()).toThrow('A fake clock is in place. Restore it')
    await expect(clock.advance(-1)).rejects.toThrow('Time cannot go by -1 ms')
    expect(() => clock?.elapse(Number.NaN)).toThrow('Time cannot go by NaN ms')
  })

  it('lets a run reach maxSeconds without a wait', async () => {
    clock = fakeClock()
    const slow = definePlugin({
      name: 'slow',
      apply({ id, hooks }) {
        hooks.batchEnd.tap(id, () => clock?.elapse(400))
      },
    })
    const { stop, snapshot } = await runPlugin(slow, {
      metrics: [{}],
      batches: 100,
      options: { maxEpochs: 9, maxSeconds: 1 },
    })
    expect(stop).toEqual({ kind: 'maxSeconds' })
    expect(snapshot.meta.position.step).toBe(3)
  })
})
