import { describe, expect, it } from 'vitest'
import { isDue, isEvery } from '../src/schedule.js'

/** Steps at which a schedule is due in two epochs of ten batches, a step each tenth of a second. */
const dueSteps = (
  every: Parameters<typeof isDue>[0],
  { epochSize }: { epochSize: number | undefined } = { epochSize: 10 },
) => {
  const steps: number[] = []
  let lastAt = 0
  for (let step = 1; step <= 20; step++) {
    const batch = ((step - 1) % 10) + 1
    const at = { step, batch, epoch: step > 10 ? 2 : 1, isLastBatch: batch === 10 }
    const moment = { ...at, now: step * 100, epochSize }
    if (!isDue(every, moment, lastAt)) continue
    lastAt = moment.now
    steps.push(step)
  }
  return steps
}

it.each([
  [{ steps: 5 }, [5, 10, 15, 20]],
  [{ steps: 1 }, Array.from({ length: 20 }, (_, at) => at + 1)],
  [{ epochs: 1 }, [10, 20]],
  [{ epochs: 2 }, [20]],
  [{ epochs: 0.25 }, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]],
  [{ seconds: 0.7 }, [7, 14]],
  [{ steps: 0 }, []],
  [{ epochs: 0 }, []],
  [{ seconds: 0 }, []],
])('%j is due after the steps %j', (every, expected) => {
  expect(dueSteps(every)).toEqual(expected)
})

it('a share of an epoch whose length is not known is due at its end', () => {
  expect(dueSteps({ epochs: 0.25 }, { epochSize: undefined })).toEqual([10, 20])
})

describe('a schedule is', () => {
  it.each([{ steps: 1 }, { steps: 0 }, { epochs: 0.5 }, { epochs: 3 }, { seconds: 0.1 }])(
    '%j',
    (value) => {
      expect(isEvery(value)).toBe(true)
    },
  )

  it.each([
    undefined,
    null,
    5,
    {},
    { steps: 1.5 },
    { steps: -1 },
    { epochs: 1.5 },
    { seconds: Number.POSITIVE_INFINITY },
    { seconds: '1' },
    { minutes: 1 },
    { steps: 1, epochs: 1 },
  ])('not %j', (value) => {
    expect(isEvery(value)).toBe(false)
  })
})
