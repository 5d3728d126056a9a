import { describe, expect, it } from 'vitest'
import { restoreLoader } from '../../src/data/loader-position.js'

const place = 'data.train'

describe('a loader is put where another one stood', () => {
  it.each([null, 0, -0, 'text', [1], { epoch: 2 }])('with %o, as it is', (state) => {
    const given: unknown[] = []
    restoreLoader({ restore: (it) => void given.push(it) }, state, { place, isMidEpoch: true })
    expect(given).toEqual([state])
  })

  it('keeping its `this`', () => {
    const loader = {
      at: 0,
      restore(state: unknown) {
        this.at = Number(state)
      },
    }
    restoreLoader(loader, 5, { place, isMidEpoch: false })
    expect(loader.at).toBe(5)
  })

  it('where it can be put at all', () => {
    expect(restoreLoader({}, 5, { place, isMidEpoch: false })).toBeUndefined()
  })
})

it.each([true, false])('what it throws is told with its place, mid epoch: %o', (isMidEpoch) => {
  const thrown = new RangeError('other rows')
  const restore = () => {
    throw thrown
  }
  expect(() => restoreLoader({ restore }, 5, { place, isMidEpoch })).toThrow(
    expect.objectContaining({
      code: 'REG_DATA_FAILED',
      message: expect.stringContaining('other rows'),
      cause: thrown,
      data: expect.objectContaining({ place }),
    }),
  )
})

it('the advice in the middle of an epoch is another one', () => {
  const restore = () => {
    throw 'a text'
  }
  const textOf = (isMidEpoch: boolean) => {
    try {
      restoreLoader({ restore }, null, { place, isMidEpoch })
    } catch (thrown) {
      return String(thrown)
    }
    return ''
  }
  expect(textOf(true)).toContain('a text')
  expect(textOf(true)).not.toBe(textOf(false))
})
