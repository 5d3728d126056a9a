import { type FakeClock, fakeClock } from '@regimen/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Row } from '../src/row.js'
import { Stopwatch } from '../src/stopwatch.js'

let clock: FakeClock

beforeEach(() => {
  clock = fakeClock()
})
afterEach(() => {
  clock.restore()
})

/** A stopwatch, its phase, and its rows as `name plugin: total`. */
function started() {
  const phase = new Row('phase')
  const watch = new Stopwatch(phase)
  const totals = () =>
    Object.fromEntries(
      [phase, ...watch.hookRows].map(({ name, plugin, totalMs }) => [
        plugin === undefined ? name : `${name} ${plugin}`,
        totalMs,
      ]),
    )
  return { phase, watch, totals }
}

describe('a stopwatch', () => {
  it('gives each instant to the tap that runs, between two taps to the hook, else to the phase', () => {
    const { watch, totals } = started()
    clock.elapse(1)
    watch.begin('a', 'batchEnd')
    clock.elapse(2)
    watch.end('a', 'batchEnd')
    clock.elapse(4)
    watch.begin('b', 'batchEnd')
    clock.elapse(8)
    watch.end('b', 'batchEnd')
    clock.elapse(16)
    expect(watch.arrive('batchEnd')).toBe(1)
    clock.elapse(32)
    watch.arrive('epochEnd')
    expect(totals()).toEqual({
      phase: 33,
      batchEnd: 20,
      'batchEnd a': 2,
      'batchEnd b': 8,
      epochEnd: 0,
    })
    expect(watch.wallMs).toBe(63)
  })

  it('leaves out of a tap what it makes others do', () => {
    const { watch, totals } = started()
    watch.begin('lr', 'batchStart')
    clock.elapse(1)
    watch.begin('logger', 'record')
    clock.elapse(2)
    watch.end('logger', 'record')
    clock.elapse(4)
    watch.end('lr', 'batchStart')
    expect(totals()).toMatchObject({ 'batchStart lr': 5, 'record logger': 2, record: 0 })
    expect(watch.hookRows.map(({ calls }) => calls)).toEqual([0, 1, 0, 1])
  })

  it('does not time a tap that nobody waits for once the loop has gone on', () => {
    const { watch, totals } = started()
    watch.begin('lr', 'batchStart')
    watch.begin('logger', 'record')
    clock.elapse(1)
    watch.end('lr', 'batchStart')
    clock.elapse(2)
    watch.lap()
    clock.elapse(100)
    watch.arrive('batchEnd')
    watch.end('logger', 'record')
    expect(totals()).toMatchObject({ phase: 102, 'record logger': 1, 'batchStart lr': 0 })
  })

  it('C260: has no start or stop to be called twice; the end of what did not begin is left out', () => {
    const { watch, totals } = started()
    clock.elapse(5)
    watch.end('a', 'batchEnd')
    watch.begin('a', 'batchEnd')
    clock.elapse(1)
    watch.end('a', 'batchEnd')
    watch.end('a', 'batchEnd')
    watch.lap()
    expect(totals()).toEqual({ phase: 5, batchEnd: 0, 'batchEnd a': 1 })
    expect(watch.hookRows.map(({ calls }) => calls)).toEqual([0, 1])
  })

  it('C261: looks at the clock twice for a tap and does nothing else that takes time', () => {
    const { watch } = started()
    const look = vi.fn(() => 0)
    vi.spyOn(performance, 'now').mockImplementation(look)
    for (let call = 0; call < 5; call++) {
      watch.begin('a', 'batchEnd')
      watch.end('a', 'batchEnd')
    }
    expect(look).toHaveBeenCalledTimes(10)
    expect(watch.hookRows.map(({ totalMs }) => totalMs)).toEqual([0, 0])
  })
})
