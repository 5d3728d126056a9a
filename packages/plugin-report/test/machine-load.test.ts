import { expect, it } from 'vitest'
import { loadBetween, usageNow } from '../src/machine-load.js'

it.each([
  ['idle', 0, 0],
  ['one core', 1000, 100],
  ['two cores', 2000, 200],
])('the load of a second, %s', (_, cpuMs, percent) => {
  const before = { nowMs: 5000, cpuMs: 7000, memoryBytes: 1 }
  const after = { nowMs: 6000, cpuMs: 7000 + cpuMs, memoryBytes: 250e6 }
  expect(loadBetween(before, after)).toEqual({
    'machine/cpu_percent': percent,
    'machine/memory_mb': 250,
  })
})

it('is finite in no time at all', () => {
  const usage = usageNow()
  expect(loadBetween(usage, usage)['machine/cpu_percent']).toBe(0)
})
