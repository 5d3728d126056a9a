import { describe, expect, it } from 'vitest'
import { findings } from '../src/findings.js'
import { profile, row } from './helpers/sample.js'

describe('findings', () => {
  it('say how much of each step waits for data', () => {
    const rows = [
      row('data wait', 610, { calls: 10 }),
      row('forward and loss', 300, { calls: 10 }),
      row('batchEnd', 0, { calls: 10 }),
      row('batchEnd', 90, { calls: 10, plugin: 'slow' }),
    ]
    expect(findings(profile(rows, { count: 10, totalMs: 300, firstMs: 30, p50Ms: 30 }))).toEqual([
      '61 % of each step waits for data: 61.0 ms of 100 ms. Prepare batches once or ahead of time, keep them in memory, or read from a faster place.',
    ])
  })

  it.each([
    [199, 0],
    [200, 1],
  ])('speak of waiting from a fifth on: %d of 1000', (waited, expected) => {
    const rows = [row('data wait', waited), row('forward and loss', 1000 - waited)]
    const steps = { count: 10, totalMs: 1000 - waited, firstMs: 1, p50Ms: 1 }
    const found = findings(profile(rows, steps))
    expect(found.filter((text) => text.includes('waits for data'))).toHaveLength(expected)
  })

  it.each([
    ['fit', 150, 150, 1],
    ['fit', 150, 149, 0],
    ['validate', 500, 500, 0],
  ])('speak of validation from 30 percent of a %s on: %d and %d', (stage, wait, step, expected) => {
    const rows = [row('validation: data wait', wait), row('validation: step', step)]
    rows.push(row('backward', 1000 - wait - step))
    const found = findings(profile(rows, {}, { stage }))
    expect(found.filter((text) => text.startsWith('Validation takes 30 %'))).toHaveLength(expected)
  })

  it.each([
    [100, 4, '10 % of the run (4 reads of 25.0 ms)'],
    [100, 1, '10 % of the run (1 read)'],
    [99, 4, undefined],
  ])('speak of waiting for metrics from a tenth on: %d of 1000', (waited, calls, expected) => {
    const rows = [row('metric reads', waited, { calls }), row('backward', 1000 - waited)]
    const found = findings(profile(rows)).find((text) => text.includes('waits for metrics'))
    expect(found?.includes(expected ?? '')).toBe(expected && true)
  })

  it('name a plugin that takes more than a tenth, and where', () => {
    const rows = [
      row('backward', 790),
      row('batchEnd', 100, { plugin: 'csv', calls: 200 }),
      row('epochEnd', 10, { plugin: 'csv' }),
      row('save', 100, { plugin: 'checkpoint' }),
    ]
    expect(findings(profile(rows))).toEqual([
      '"csv" takes 11 % of the run, most of it in "batchEnd" (100 ms, 500 µs each time).',
    ])
    expect(findings(profile([row('backward', 90), row('batchEnd', 10, { plugin: 'x' })]))).toEqual([
      'Nothing stands out: 90 % of the run computes (forward, backward, optimizer).',
    ])
    const user = findings(profile([row('backward', 50), row('batchEnd', 50, { plugin: 'user' })]))
    expect(user[0]).toMatch(/^The hooks tapped on the trainer take 50 % of the run/)
  })

  it.each([
    [300, 50, 2, 1],
    [300, 61, 2, 0],
    [60, 11, 2, 0],
    [300, 50, 1, 0],
  ])('speak of a slow first step: %d, median %d, of %d', (firstMs, p50Ms, count, expected) => {
    const found = findings(
      profile([row('backward', 1000)], { count, firstMs, p50Ms, totalMs: 1000 }),
    )
    expect(found.filter((text) => text.startsWith('The first step took'))).toHaveLength(expected)
  })

  it.each([
    [100, 1, 70, 1],
    [100, 1, 71, 0],
    [99, 1, 70, 0],
    [100, 2, 70, 0],
  ])(
    'speak of many small steps: %d of %d ms that compute %d percent',
    (count, p50Ms, share, expected) => {
      const rows = [row('backward', share), row('loop', 100 - share)]
      const found = findings(profile(rows, { count, p50Ms, firstMs: 1, totalMs: 100 }))
      expect(found.filter((text) => text.includes('larger batches'))).toHaveLength(expected)
    },
  )

  it('name a kernel that takes half of the time of all', () => {
    const kernel = { kernel: 'Conv2D', calls: 3, totalMs: 5, share: 0.5, bytes: 1 }
    const memory = { peakBytes: 1, newBytes: 0, newTensors: 0 }
    const kernels = { step: 10, totalMs: 10, rows: [kernel], ...memory }
    expect(findings(profile([row('backward', 1)], {}, { kernels }))).toEqual([
      'One kernel, Conv2D, takes 50 % of the time of all kernels in a step (3 calls).',
    ])
  })

  it('say so where nothing stands out', () => {
    expect(findings(profile([row('test: step', 5)], {}, { stage: 'test' }))).toEqual([
      'Nothing stands out.',
    ])
  })
})
