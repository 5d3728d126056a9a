import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Trainer } from '../../src/index.js'
import { lab, plugin } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { live } from '../helpers/mortal.js'

const host = vi.hoisted(() => ({ isReadable: false }))
vi.mock('../../src/data/containers.js', async (original) => {
  const containers = await original<typeof import('../../src/data/containers.js')>()
  const { valueAtHand } = containers
  const read = (tensor: tf.Tensor) => (host.isReadable ? valueAtHand(tensor) : undefined)
  return { ...containers, valueAtHand: read }
})

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('where tensor memory is not host memory', () => {
  it('the weights, metrics and history are those of host memory', async () => {
    host.isReadable = true
    const onHost = await live()
    host.isReadable = false
    expect((await live()).end).toEqual(onHost.end)
  })

  it.each([
    { place: 'step', after: 4 },
    { place: 'after the metrics', after: 4 },
    { place: 'gradients', after: 8 },
    { place: 'batchStart', after: 11 },
    { place: 'fetch', after: 3 },
    { place: 'validation', after: 1 },
  ] as const)('a failure leaves the epoch as it was: $place', async (failure) => {
    const whole = await live()
    const first = await live(undefined, failure)
    expect(first.end.result).toContain('the power is gone')
    expect((await live(first.saved)).end).toEqual(whole.end)
  })

  it('each value is downloaded once, whether it is logged, asked for, in a mean or all of it', async () => {
    const module = lineModule()
    const logger = plugin('my-logger', ({ id, hooks }) => {
      hooks.record.tap(id, () => undefined)
      hooks.batchEnd.tapPromise(id, ({ metrics }) => metrics.get('loss'))
    })
    const data = vi.spyOn(tf.Tensor.prototype, 'data')
    let downloads = 0
    const { trainer } = lab({ maxEpochs: 2, logEvery: { steps: 2 }, plugins: [logger] })
    trainer.hooks.fitEnd.tap('test', () => {
      downloads = data.mock.calls.length
    })
    await trainer.fit(module, { train: lineBatches(6), validation: lineBatches(2) })
    expect(downloads).toBe(2 * 6 + 2 * 2)
    data.mockRestore()
    module.dispose()
  })

  it('no step waits for the device', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 1, logEvery: { steps: 0 } })
    const data = vi.spyOn(tf.Tensor.prototype, 'data')
    const counts: number[] = []
    trainer.hooks.batchEnd.tap('test', () => void counts.push(data.mock.calls.length))
    await trainer.fit(module, { train: lineBatches(6) })
    expect(counts).toEqual([0, 0, 0, 0, 0, 0])
    data.mockRestore()
    module.dispose()
  })
})
