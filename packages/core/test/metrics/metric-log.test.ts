import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Reduction } from '../../src/metrics/log-options.js'
import { MetricLog } from '../../src/metrics/metric-log.js'
import type { MetricLogOptions } from '../../src/metrics/metric-log-options.js'
import { MetricNames } from '../../src/metrics/reported-names.js'
import { onCpu } from '../helpers/lab.js'

onCpu()

const newLog = (more: Partial<MetricLogOptions> = {}) =>
  new MetricLog({ source: 'training', names: new MetricNames(), ...more })

/** A training log with one metric; each value is that of a batch of so many samples. */
function logOf(reduce: Reduction, values: readonly (readonly [value: number, samples: number])[]) {
  const log = newLog({ watchLoss: () => {} })
  for (const [value, samples] of values) {
    log.begin(new Float32Array(samples))
    log.log('x', value, { onStep: false, onEpoch: true, reduce })
    log.commit()
  }
  log.finish('epoch 1')
  return log
}

describe('the value of an epoch', () => {
  const table: [Reduction, [number, number][], number][] = [
    ['mean', [[3, 1]], 3],
    [
      'mean',
      [
        [1, 1],
        [4, 3],
      ],
      3.25,
    ],
    [
      'mean',
      [
        [1, 2],
        [Number.NaN, 2],
      ],
      Number.NaN,
    ],
    [
      'mean',
      [
        [1, 2],
        [Number.POSITIVE_INFINITY, 1],
      ],
      Number.POSITIVE_INFINITY,
    ],
    ['mean', [[1, 0]], Number.NaN],
    [
      'sum',
      [
        [1, 1],
        [4, 3],
      ],
      5,
    ],
    [
      'sum',
      [
        [0.1, 1],
        [0.2, 1],
      ],
      0.1 + 0.2,
    ],
    [
      'min',
      [
        [2, 1],
        [-3, 9],
        [1, 1],
      ],
      -3,
    ],
    [
      'max',
      [
        [-2, 1],
        [-3, 9],
      ],
      -2,
    ],
    [
      'max',
      [
        [0, 1],
        [Number.NaN, 1],
        [1, 1],
      ],
      Number.NaN,
    ],
    ['min', [[Number.POSITIVE_INFINITY, 1]], Number.POSITIVE_INFINITY],
  ]

  it.each(table)('%s of %o is %d', async (reduce, values, expected) => {
    const log = logOf(reduce, values)
    expect(log.values()).toEqual({ x: expected })
    expect(await log.reported()).toEqual({ x: expected })
  })

  it('is weighted by the batch size that is given, before that of the batch', () => {
    const log = newLog()
    for (const [value, batchSize] of [
      [1, 1],
      [2, 9],
    ] as const) {
      log.begin(new Float32Array(5))
      log.log('x', value, { batchSize })
      log.commit()
    }
    log.finish('epoch 1')
    expect(log.values()).toEqual({ x: 1.9 })
  })

  it('of no values is none', async () => {
    const log = newLog()
    log.finish('epoch 1')
    expect(log.values()).toEqual({})
    expect(await log.reported()).toEqual({})
  })
})

describe('a step', () => {
  it('that is rolled back leaves the epoch as it was', () => {
    const log = newLog()
    log.begin([1])
    log.log('x', 1)
    log.commit()
    log.begin([1])
    log.log('x', 100)
    log.log('y', 100)
    log.rollBack()
    log.finish('epoch 1')
    expect(log.values()).toEqual({ x: 1 })
  })

  it('reports its own values, by the names of steps', async () => {
    const log = newLog({ watchLoss: () => {} })
    log.begin([1, 2])
    log.log('x', 4, { onStep: true, onEpoch: true })
    log.log('y', 5, { onStep: false, onEpoch: true })
    log.commit()
    expect(log.hasStepValues()).toBe(true)
    expect(await log.reported()).toEqual({ x_step: 4 })
    log.finish('epoch 1')
    expect(log.values()).toEqual({ x: 4, x_step: 4, x_epoch: 4, y: 5 })
    expect(await log.reported()).toEqual({ x_epoch: 4, y: 5 })
  })

  it('cannot be logged before there is one', () => {
    expect(() => newLog().log('x', 1, { onStep: true })).toThrow('REG_LOG_INVALID')
  })

  it('whose samples are not known has no mean', () => {
    const log = newLog()
    log.begin('a text')
    expect(() => log.log('x', 1)).toThrow('REG_BATCH_SIZE')
    expect(() => log.log('y', 1, { reduce: 'sum' })).not.toThrow()
  })
})

it('the loss of each step is watched in order, and tensors are not kept', () => {
  const { numTensors } = tf.memory()
  const seen: [number, number | undefined][] = []
  const log = newLog({ watchLoss: (loss, stamp) => seen.push([loss, stamp]) })
  for (const loss of [2, Number.NaN, 1]) {
    log.begin([1])
    tf.tidy(() => log.returned('loss', tf.scalar(loss)))
    log.commit()
  }
  expect(seen).toEqual([
    [2, 1],
    [Number.NaN, 2],
    [1, 3],
  ])
  expect(log.isWaiting()).toBe(false)
  expect(tf.memory().numTensors).toBe(numTensors)
})

it('an epoch is resumed from what was saved, to the same sums', () => {
  const add = (log: MetricLog, value: number) => {
    log.begin([1, 2])
    log.log('x', value)
    log.commit()
  }
  const whole = newLog()
  for (const value of [0.1, 0.2, 0.3]) add(whole, value)
  const first = newLog()
  add(first, 0.1)
  add(first, 0.2)
  const second = newLog({ saved: JSON.parse(JSON.stringify(first.save())), stamp: 2 })
  add(second, 0.3)
  whole.finish('epoch 1')
  second.finish('epoch 1')
  expect(second.values()).toEqual(whole.values())
})
