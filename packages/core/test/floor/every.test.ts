import { describe, expect, it } from 'vitest'
import {
  batchesOfShare,
  checkEvery,
  checkShare,
  describeEvery,
  type Every,
  everyFault,
  isEvery,
  isNever,
  isShare,
  partsOf,
} from '../../src/floor/every.js'

describe('a schedule', () => {
  it.each<[every: Every, words: string, isNever: boolean, isShare: boolean]>([
    [{ steps: 1 }, 'every step', false, false],
    [{ steps: 100 }, 'every 100 steps', false, false],
    [{ epochs: 1 }, 'every epoch', false, false],
    [{ epochs: 2 }, 'every 2 epochs', false, false],
    [{ epochs: 0.25 }, 'every 0.25 of an epoch', false, true],
    [{ seconds: 1 }, 'every second', false, false],
    [{ seconds: 0.5 }, 'every 0.5 seconds', false, false],
    [{ steps: 0 }, 'never', true, false],
    [{ epochs: 0 }, 'never', true, false],
    [{ epochs: -0 }, 'never', true, false],
    [{ seconds: Number.POSITIVE_INFINITY }, 'never', true, false],
    [{ epochs: Number.POSITIVE_INFINITY }, 'never', true, false],
  ])('%o is %s', (every, words, never, share) => {
    expect(describeEvery(every)).toBe(words)
    expect(isNever(every)).toBe(never)
    expect(isShare(every)).toBe(share)
    expect(isEvery(every)).toBe(true)
  })

  it('has one unit, whatever else is undefined', () => {
    const every = { steps: undefined, epochs: 3 } as unknown as Every
    expect(isEvery(every)).toBe(true)
    expect(partsOf(every)).toEqual(['epochs', 3])
  })

  it.each([
    [{}],
    [undefined],
    [null],
    [5],
    ['steps'],
    [[]],
    [[['steps', 1]]],
    [{ steps: -1 }],
    [{ steps: 1.5 }],
    [{ steps: Number.NaN }],
    [{ steps: Number.NEGATIVE_INFINITY }],
    [{ steps: '1' }],
    [{ steps: 1n }],
    [{ epochs: 1.5 }],
    [{ epochs: -0.5 }],
    [{ seconds: -1 }],
    [{ step: 1 }],
    [{ step: Number.POSITIVE_INFINITY }],
    [{ steps: 1, epochs: 1 }],
    [JSON.parse('{ "__proto__": 1 }')],
    [{ steps: undefined }],
  ])('is not %o', (value) => {
    expect(isEvery(value)).toBe(false)
    expect(() => checkEvery(value, { owner: 'x', option: 'every' })).toThrow('REG_OPTION_INVALID')
  })
})

it.each([
  [{ step: 5 }, '{ step: 5 }', ' Did you mean "steps"?'],
  [{ epoch: Number.NaN }, '{ epoch: NaN }', ' Did you mean "epochs"?'],
  [{ minutes: 5 }, '{ minutes: 5 }', ''],
  [{ steps: -5 }, '{ steps: -5 }', ''],
  [{ steps: Number.NEGATIVE_INFINITY }, '{ steps: -Infinity }', ''],
  [{ steps: '5' }, '{"steps":"5"}', ''],
  [{}, '{}', ''],
  ['5', '"5"', ''],
  [undefined, 'undefined', ''],
])('a fault says what was found, as in code, and the near miss: %o', (value, foundText, hint) => {
  expect(everyFault(value)).toMatchObject({ foundText, hint })
})

it.each([
  [0.5, 10, 5],
  [0.25, 10, 2],
  [0.3, 10, 3],
  [1 / 3, 9, 3],
  [0.1, 10, 1],
  [0.7, 10, 7],
  [0.001, 10, 1],
  [0.5, 1, 1],
  [0.5, 0, 1],
])('a share of %d of %d batches is %d', (share, batches, expected) => {
  expect(batchesOfShare(share, batches)).toBe(expected)
})

describe('a share of an epoch', () => {
  const place = { owner: 'checkpoint', option: 'every', plugin: 'checkpoint' }

  it('needs an epoch whose size is known', () => {
    expect(() => checkShare({ epochs: 0.5 }, place, undefined)).toThrow(
      expect.objectContaining({
        code: 'REG_OPTION_INVALID',
        plugin: 'checkpoint',
        data: expect.objectContaining({ found: { epochs: 0.5 } }),
      }),
    )
  })

  it.each<[Every, number | undefined]>([
    [{ epochs: 0.5 }, 0],
    [{ epochs: 0.5 }, 10],
    [{ epochs: 1 }, undefined],
    [{ epochs: 0 }, undefined],
    [{ steps: 5 }, undefined],
  ])('is the only one that does: %o with %o batches', (every, batches) => {
    expect(checkShare(every, place, batches)).toBeUndefined()
  })
})
