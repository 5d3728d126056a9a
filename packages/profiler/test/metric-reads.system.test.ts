import { definePlugin, Trainer } from '@regimen/core'
import { type FakeClock, fakeClock } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ProfilerOptions, profiler } from '../src/index.js'
import { checkTrace } from './helpers/check-trace.js'
import { memoryStream, rowsOf, slowBatches, timedModule } from './helpers/timed-run.js'

// As on a GPU: values come out by `data()` only.
vi.mock('../../core/src/data/containers.js', async (original) => ({
  ...(await original<object>()),
  valueAtHand: () => undefined,
}))

let clock: FakeClock

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  clock = fakeClock()
  const { data } = tf.Tensor.prototype
  vi.spyOn(tf.Tensor.prototype, 'data').mockImplementation(async function (this: tf.Tensor) {
    clock.elapse(10)
    return data.call(this) as never
  })
})
afterEach(() => {
  clock.restore()
  vi.restoreAllMocks()
})

const logger = definePlugin({
  name: 'my-logger',
  apply: ({ id, hooks }) => hooks.record.tap(id, () => clock.elapse(1)),
})

/** Two epochs of three batches, one validation each. */
async function report(logEvery: number, own: ProfilerOptions = {}, rootDir = 'runs') {
  const before = tf.memory().numTensors
  const module = timedModule(clock)
  const stream = memoryStream()
  const plugins = [profiler({ stream, ...own }), logger]
  const limits = { maxEpochs: 2, sanityBatches: 0, logEvery: { steps: logEvery } }
  const trainer = new Trainer({ ...limits, rootDir, plugins })
  const validation = slowBatches(clock, 2, 8)
  const judged = { ...module, validationStep: () => ({ loss: tf.scalar(1) }) }
  await trainer.fit(judged, { train: slowBatches(clock, 3), validation })
  module.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return stream.texts[0] ?? ''
}

const milliseconds = (cell = '') => Number(cell.replace(' ms', ''))

describe('metrics that are on a device', () => {
  it('are waited for in a row of their own, at the end of epochs and validations', async () => {
    const rows = rowsOf(await report(0))
    // Three losses of an epoch at once, two of a validation at once.
    expect(rows['metric reads']).toEqual([
      '4',
      '100 ms',
      '25.0 ms',
      expect.anything(),
      expect.anything(),
    ])
    expect(rows['data wait']?.slice(0, 2)).toEqual(['6', '30.0 ms'])
    expect(rows['validation: data wait']?.slice(0, 2)).toEqual(['4', '32.0 ms'])
  })

  it('are waited for in each step where each is logged; all rows still make up the whole', async () => {
    const text = await report(1)
    const rows = rowsOf(text)
    expect(rows['metric reads']?.slice(0, 2)).toEqual(['10', '100 ms'])
    expect(rows['data wait']?.slice(0, 2)).toEqual(['6', '30.0 ms'])
    const sum = Object.entries(rows).reduce((total, [name, [calls = '', ms]]) => {
      const own = milliseconds(name === 'loop' ? calls : ms)
      return name === 'total' || Number.isNaN(own) ? total : total + own
    }, 0)
    expect(sum).toBe(milliseconds(rows.total?.[0]))
    expect(text).toMatch(
      /waits for metrics from the device for \d\d % of the run \(10 reads of 10.0 ms\).*logEvery/s,
    )
  })

  it('have spans on the track of the loop', async () => {
    const rootDir = mkdtempSync(join(tmpdir(), 'regimen-profiler-'))
    await report(1, { mode: 'trace' }, rootDir)
    const spans = checkTrace(readFileSync(join(rootDir, 'profile/fit-profiler.trace.json'), 'utf8'))
    rmSync(rootDir, { recursive: true })
    const reads = spans.filter(({ name }) => name === 'metric reads')
    expect(reads).toHaveLength(10)
    expect(reads.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)).toBeCloseTo(100, 6)
    // The first of an epoch is 5 ms, the others are behind a record of 1 ms.
    const waits = spans.filter(({ name }) => name === 'data wait')
    const lengths = waits.map(({ startMs, endMs }) => Math.round(endMs - startMs))
    expect(lengths).toEqual([5, 6, 6, 5, 6, 6])
  })

  it('that a plugin waits for are its own time', async () => {
    const module = timedModule(clock)
    const stream = memoryStream()
    const reader = definePlugin({
      name: 'reader',
      apply: ({ id, hooks }) => hooks.batchEnd.tapPromise(id, ({ metrics }) => metrics.get('loss')),
    })
    const plugins = [profiler({ stream }), reader]
    const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0, plugins })
    await trainer.fit(module, { train: slowBatches(clock, 3) })
    module.dispose()
    const rows = rowsOf(stream.texts[0])
    expect(rows['batchEnd reader']?.slice(0, 2)).toEqual(['6', '60.0 ms'])
    expect(rows['data wait']?.slice(0, 2)).toEqual(['6', '30.0 ms'])
  })
})
