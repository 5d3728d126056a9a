import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Failure, live } from '../helpers/mortal.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('a run resumed from the state in the hook "error"', () => {
  const failures: Failure[] = [
    ...(['step', 'after the metrics', 'batchStart', 'gradients', 'fetch'] as const).flatMap(
      (place) => [0, 3, 4, 5, 8, 11].map((after) => ({ place, after })),
    ),
    ...[0, 1, 5].map((after) => ({ place: 'validation' as const, after })),
  ]

  it.each(failures)('does the batch again that failed: $place, after $after', async (failure) => {
    const whole = await live()
    const first = await live(undefined, failure)
    expect(first.end.result).toContain('the power is gone')
    const second = await live(first.saved)
    expect(second.end).toEqual(whole.end)
  })
})
