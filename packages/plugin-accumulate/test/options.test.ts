import { describe, expect, it } from 'vitest'
import { accumulate } from '../src/index.js'
import { resolveOptions } from '../src/options.js'

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
    expect(EPOCHS.map(resolveOptions(options).batchesAt)).toEqual(sizes)
  })
})

describe('options of accumulate', () => {
  it.each([
    [
      'nothing',
      undefined,
      /REG_OPTION_INVALID: accumulate: "options" is undefined; expected an object/,
    ],
    ['an empty object', {}, /"batches" is missing; expected a size, such as \{ batches: 4 \}/],
    [
      'both',
      { batches: 2, schedule: { 0: 2 } },
      /"schedule" is \{"0":2\}; expected none beside "batches"/,
    ],
    [
      'a misspelt one',
      { batchs: 2 },
      /REG_OPTION_UNKNOWN: .*"batchs" is not known; .* Did you mean "batches"\?/,
    ],
    ['0 batches', { batches: 0 }, /accumulate: "batches" is 0; expected a positive integer/],
    ['half a batch', { batches: 1.5 }, /is 1.5; expected a positive integer/],
    ['text', { batches: '2' }, /is "2"; expected a positive integer/],
    [
      'a schedule of 0 batches',
      { schedule: { 3: 0 } },
      /"schedule" is \{"3":0\}; expected positive integers by 0-based epoch/,
    ],
    ['an empty schedule', { schedule: {} }, /"schedule" is \{\}; expected positive integers/],
    [
      'a list as schedule',
      { schedule: [1, 2] },
      /"schedule" is \[1,2\]; expected positive integers/,
    ],
    [
      'a negative epoch',
      { schedule: { '-1': 2 } },
      /"schedule" is \{"-1":2\}; expected .* by 0-based epoch/,
    ],
    [
      'half an epoch',
      { schedule: { '0.5': 2 } },
      /"schedule" is \{"0.5":2\}; expected .* by 0-based epoch/,
    ],
  ])('%s is an error at construction', (_, options, message) => {
    expect(() => accumulate(options as never)).toThrow(message)
  })
})
