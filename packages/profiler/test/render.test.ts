import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { renderProfile } from '../src/render.js'
import { profile, row } from './helpers/sample.js'

const kernel = { kernel: 'BatchMatMul', calls: 2, totalMs: 3, share: 0.75, bytes: 43_000 }
const other = { kernel: 'Add', calls: 4, totalMs: 1, share: 0.25, bytes: 10_200 }
const sample = profile(
  [
    row('preparation', 20),
    row('data wait', 7000, { calls: 1500 }),
    row('forward and loss', 1900, { calls: 1500 }),
    row('gradients', 0, { calls: 1500 }),
    row('gradients', 12, { calls: 1500, plugin: 'gradient-clip' }),
    row('backward', 2000, { calls: 1500 }),
    { ...row('loop', 68), calls: undefined, meanMs: undefined, p50Ms: undefined, p95Ms: undefined },
  ],
  { count: 1500, firstMs: 3, p50Ms: 2.7, totalMs: 4000 },
  {
    kernels: {
      step: 10,
      rows: [kernel, other],
      totalMs: 4,
      peakBytes: 109_000,
      newBytes: 4,
      newTensors: 1,
    },
  },
)

it('shows the phases, the plugins below their hooks, the kernels and the findings', () => {
  expect(renderProfile(sample, 79)).toMatchInlineSnapshot(`
    "Profile of fit: 11.0 s, 1500 batches of training

    phase, hook, plugin  calls    total     mean      p50      p95  share
    ───────────────────  ─────  ───────  ───────  ───────  ───────  ─────
    preparation              1  20.0 ms  20.0 ms  20.0 ms  20.0 ms  0.2 %
    data wait             1500   7.00 s  4.67 ms  4.67 ms  4.67 ms   64 %
    forward and loss      1500   1.90 s  1.27 ms  1.27 ms  1.27 ms   17 %
    gradients             1500
      gradient-clip       1500  12.0 ms  8.00 µs  8.00 µs  8.00 µs  0.1 %
    backward              1500   2.00 s  1.33 ms  1.33 ms  1.33 ms   18 %
    loop                        68.0 ms                             0.6 %
    total                        11.0 s                             100 %

    Kernels of training batch 10

    kernel       calls    total  share   output
    ───────────  ─────  ───────  ─────  ───────
    BatchMatMul      2  3.00 ms   75 %  43.0 kB
    Add              4  1.00 ms   25 %  10.2 kB
    total            6  4.00 ms  100 %  53.2 kB

    Memory: 109 kB at most, 1 tensor (4 B) more after it

    - 64 % of each step waits for data: 4.67 ms of 7.33 ms. Prepare batches once or
      ahead of time, keep them in memory, or read from a faster place.
    - One kernel, BatchMatMul, takes 75 % of the time of all kernels in a step (2
      calls)."
  `)
})

it.each([30, 40, 60, 79, 159])('has no line wider than %d columns', (width) => {
  const lines = renderProfile(sample, width).split('\n')
  for (const line of lines.slice(2)) expect(stringWidth(line), line).toBeLessThanOrEqual(width)
})

it('shows rows whose shares make up the whole', () => {
  const totals = renderProfile(sample, 200).matchAll(/ (\d+(?:\.\d)?) %$/gm)
  const shares = [...totals].map(([, share]) => Number(share))
  const [all, ...others] = shares.slice(0, 7).reverse()
  expect(all).toBe(100)
  expect(others.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, -1)
})

it('shows the rows that took longest where there are more than asked for', () => {
  const table = renderProfile(sample, 200, 3).split('\n').slice(2, 9)
  expect(table.map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    'phase, hook, plugin  calls  total  mean  p50  p95  share',
    expect.stringMatching(/^─/),
    'data wait  1500  7.00 s  4.67 ms  4.67 ms  4.67 ms  64 %',
    'backward  1500  2.00 s  1.33 ms  1.33 ms  1.33 ms  18 %',
    'forward and loss  1500  1.90 s  1.27 ms  1.27 ms  1.27 ms  17 %',
    '4 more  100 ms  0.9 %',
    'total  11.0 s  100 %',
  ])
})
