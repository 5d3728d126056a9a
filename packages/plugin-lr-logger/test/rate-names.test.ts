import { describe, expect, it } from 'vitest'
import { duplicateOf, rateNames } from '../src/rate-names.js'

const kinds = (...all: string[]) => all.map((kind, index) => ({ name: `o${index}`, kind }))

describe('names of rates', () => {
  it.each([
    ['one', kinds('Adam'), {}, ['lr-Adam']],
    ['two of a kind', kinds('Adam', 'Adam'), {}, ['lr-Adam', 'lr-Adam-1']],
    [
      'three of a kind',
      kinds('Adam', 'SGD', 'Adam', 'Adam'),
      {},
      ['lr-Adam', 'lr-SGD', 'lr-Adam-1', 'lr-Adam-2'],
    ],
    ['a name of its own', kinds('Adam', 'Adam'), { o0: 'mine' }, ['mine', 'lr-Adam']],
  ])('%s', (_, optimizers, given, names) => {
    expect(rateNames(optimizers, given)).toEqual(names)
  })

  it('that come twice are found', () => {
    expect(duplicateOf(['a', 'b', 'a'])).toBe('a')
    expect(duplicateOf(['a', 'b'])).toBeUndefined()
  })
})
