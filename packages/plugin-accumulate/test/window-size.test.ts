import { describe, expect, it } from 'vitest'
import { accumulate } from '../src/index.js'
import { windowSize } from '../src/window-size.js'

const EPOCHS = [0, 1, 2, 3, 4, 100]

describe('the size of a window', () => {
  it.each([
    [{ batches: 1 }, [1, 1, 1, 1, 1, 1]],
    [{ batches: 7 }, [7, 7, 7, 7, 7, 7]],
    [{ schedule: { 0: 1, 4: 2 } }, [1, 1, 1, 1, 2, 2]],
    [{ schedule: { 1: 2, 3: 4 } }, [1, 2, 2, 4, 4, 4]],
    [{ schedule: { 0: 2, 2: 1 } }, [2, 2, 1, 1, 1, 1]],
    [{ schedule: { 10: 8, 2: 3 } }, [1, 1, 3, 3, 3, 8]],
  ])('of %o by epoch', (options, sizes) => {
    expect(EPOCHS.map(windowSize(options))).toEqual(sizes)
  })
})

describe('options of accumulate', () => {
  it.each([
    ['nothing', undefined, /REG_OPTION_INVALID: .*was given undefined; give \{ batches: 4 \}/],
    ['an empty object', {}, /neither batches nor schedule; give one of them/],
    ['both', { batches: 2, schedule: { 0: 2 } }, /batches and schedule; give one of them/],
    [
      'a misspelt one',
      { batchs: 2 },
      /REG_OPTION_UNKNOWN: .*"batchs". It takes batches or schedule/,
    ],
    ['0 batches', { batches: 0 }, /"batches" of accumulate is 0; give a whole number from 1/],
    ['half a batch', { batches: 1.5 }, /is 1.5; give a whole number from 1/],
    ['text', { batches: '2' }, /is "2"; give a whole number from 1/],
    ['a schedule of 0 batches', { schedule: { 3: 0 } }, /"schedule\[3\]" of accumulate is 0/],
    ['an empty schedule', { schedule: {} }, /"schedule" of accumulate is empty/],
    ['a list as schedule', { schedule: [1, 2] }, /"schedule" of accumulate is 1,2/],
    ['a negative epoch', { schedule: { '-1': 2 } }, /has the key "-1"; keys are epochs/],
    ['half an epoch', { schedule: { '0.5': 2 } }, /has the key "0.5"; keys are epochs/],
  ])('%s is an error at construction', (_, options, message) => {
    expect(() => accumulate(options as never)).toThrow(message)
  })
})
