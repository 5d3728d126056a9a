import type { Metrics } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { progressSettings } from '../src/options.js'
import { terminalOf } from '../src/terminal.js'
import { Tracker } from '../src/tracker.js'
import { fakeTerminal, shownBy } from './helpers/fake-terminal.js'

/** Metrics of which some are known and some must be waited for. */
function metricsOf(known: Record<string, number>, late: Record<string, Promise<number>>): Metrics {
  const names = [...Object.keys(known), ...Object.keys(late)]
  return {
    names,
    progress: names,
    has: (name) => names.includes(name),
    atHand: (name) => known[name],
    get: (name) =>
      late[name] ?? Promise.reject(new Error(`${name} was at hand and asked for again`)),
  }
}

function trackerOn(display: 'bars' | 'lines') {
  const terminal = fakeTerminal()
  const tracker = new Tracker(terminalOf(progressSettings({ stream: terminal, display })))
  tracker.begin({ label: 'epoch 1', done: 0, total: undefined })
  return { terminal, tracker }
}

describe('tracker', () => {
  it.each(['bars', 'lines'] as const)(
    'shows %s once late metrics have arrived',
    async (display) => {
      const { terminal, tracker } = trackerOn(display)
      tracker.update(3, performance.now(), metricsOf({ a: 1 }, { b: Promise.resolve(2) }))
      expect(terminal.text).not.toContain('a 1.000')
      await new Promise((resolve) => setImmediate(resolve))
      expect(shownBy(terminal.writes).at(-1)).toMatch(
        /^epoch 1 {2}3 batches .* a 1\.000 {2}b 2\.000$/,
      )
      tracker.close()
    },
  )

  it('shows what there is where a read fails', async () => {
    const { terminal, tracker } = trackerOn('bars')
    tracker.update(
      3,
      performance.now(),
      metricsOf({ a: 1 }, { b: Promise.reject(new Error('lost')) }),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(shownBy(terminal.writes).at(-1)).toMatch(/a 1\.000$/)
    tracker.close()
  })

  it('draws nothing for metrics that arrive after the end', async () => {
    const { terminal, tracker } = trackerOn('bars')
    tracker.update(3, performance.now(), metricsOf({}, { b: Promise.resolve(2) }))
    tracker.end(3)
    const { length } = terminal.writes
    await new Promise((resolve) => setImmediate(resolve))
    expect(terminal.writes).toHaveLength(length)
    expect(shownBy(terminal.writes)).toEqual([])
  })

  it('shows late metrics of what is over nowhere', async () => {
    const { terminal, tracker } = trackerOn('lines')
    tracker.update(3, performance.now(), metricsOf({}, { b: Promise.resolve(2) }))
    tracker.begin({ label: 'epoch 2', done: 0, total: undefined })
    await new Promise((resolve) => setImmediate(resolve))
    expect(terminal.writes).toEqual([])
    tracker.update(1, performance.now(), metricsOf({ a: 1 }, {}))
    expect(terminal.text).not.toContain('b 2')
    tracker.close()
  })
})
