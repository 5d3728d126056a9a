import { expect, it } from 'vitest'
import { kernelTable } from '../src/kernels.js'

const call = (name: string, kernelTimeMs: unknown, bytesAdded: number) => ({
  name,
  kernelTimeMs,
  bytesAdded,
})
const memory = { peakBytes: 100, newBytes: 8, newTensors: 2 }

it('adds up kernels, the slowest first, and leaves out what is made of others', () => {
  const kernels = [
    call('Add', 1, 4),
    call('MatMul', 6, 40),
    call('custom', 9, 0),
    call('Add', 2, 4),
  ]
  const table = kernelTable(10, { kernels, ...memory }, (name) => name !== 'custom')
  expect(table).toEqual({
    step: 10,
    totalMs: 9,
    ...memory,
    rows: [
      { kernel: 'MatMul', calls: 1, totalMs: 6, share: 6 / 9, bytes: 40 },
      { kernel: 'Add', calls: 2, totalMs: 3, share: 3 / 9, bytes: 8 },
    ],
  })
})

it('has no times where the backend cannot measure them', () => {
  const kernels = [call('Add', { error: 'no timer' }, 4), call('Mul', { error: 'no timer' }, 9)]
  const table = kernelTable(1, { kernels, ...memory }, () => true)
  expect(table.totalMs).toBeUndefined()
  expect(table.rows).toEqual([
    { kernel: 'Mul', calls: 1, totalMs: undefined, share: undefined, bytes: 9 },
    { kernel: 'Add', calls: 1, totalMs: undefined, share: undefined, bytes: 4 },
  ])
})

it('is empty for a batch without kernels, whose peak tfjs gives as minus infinity', () => {
  const empty = { kernels: [], ...memory, peakBytes: Number.NEGATIVE_INFINITY }
  expect(kernelTable(1, empty, () => true)).toMatchObject({ rows: [], totalMs: 0, peakBytes: 0 })
})
