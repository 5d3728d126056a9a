import { expect, it, vi } from 'vitest'
import { LoggerError } from '../../src/writer/index.js'
import { metricsEntry } from '../helpers/entries.js'
import { scriptedCourier } from '../helpers/scripted-delivery.js'

const disk = vi.hoisted(() => ({ isFull: false, half: false }))

// The one thing that no folder can be told to do: to have no room left, in the middle of a line.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const writeSync = (file: number, data: Buffer | string, offset?: number) => {
    if (!disk.isFull) return real.writeSync(file, data as Buffer, offset)
    if (disk.half && typeof data !== 'string' && !offset) {
      return real.writeSync(file, data, 0, data.length >> 1)
    }
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return { ...real, writeSync, default: { ...real, writeSync } }
})

const range = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at)

it.each([false, true])(
  'a full disk, half a line written: %s, loses nothing while the service works',
  async (half) => {
    const { courier, clock, delivered, reports } = scriptedCourier()
    courier.accept([metricsEntry(1)])
    Object.assign(disk, { isFull: true, half })
    courier.accept(range(20, 2).map((seq) => metricsEntry(seq)))
    await clock.advance(150)
    courier.accept([metricsEntry(22)])
    Object.assign(disk, { isFull: false })
    courier.accept([metricsEntry(23)])
    await clock.advance(150)
    const counts = await courier.finish('finished', 1, 1000)
    expect(delivered.map(({ seq }) => seq)).toEqual(range(23))
    expect(counts).toMatchObject({ sent: 23, dropped: 0, damaged: 0 })
    expect(reports.filter((line) => line.includes('ENOSPC'))).toHaveLength(1)
  },
)

it('a full disk and a service that is away leave the newest value of each name, and count the others', async () => {
  const scene = scriptedCourier(
    {
      write() {
        throw new LoggerError('retry', 'away')
      },
    },
    { maxQueue: 10 },
  )
  Object.assign(disk, { isFull: true, half: false })
  for (const seq of range(100)) {
    scene.courier.accept([metricsEntry(seq, { [seq % 2 ? 'odd' : 'even']: seq })])
    await scene.clock.advance(100)
  }
  const finished = scene.courier.finish('finished', 1, 100)
  await scene.clock.advance(10_000)
  const { logged, coalesced, dropped, spooled, sent } = await finished
  Object.assign(disk, { isFull: false })
  expect(coalesced).toBeGreaterThan(70)
  expect({ logged, sent, spooled }).toEqual({ logged: 100, sent: 0, spooled: 0 })
  expect(coalesced + dropped).toBe(100)
})
