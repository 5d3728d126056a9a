import { beforeEach, describe, expect, it } from 'vitest'
import { HookPairs } from '../../src/hooks/hook-pairs.js'

describe('pairs of hooks', () => {
  let pairs: HookPairs
  const whoSkips = () =>
    ['a', 'b', 'c', 'd'].filter((tapper) => pairs.hasNotBegun('epochEnd', tapper))

  beforeEach(() => {
    pairs = new HookPairs()
  })

  const tap = (tapper: string, order: number) => {
    const start = pairs.add('epochStart', tapper, order)
    if (start === undefined) throw new Error('epochStart is a start')
    return start
  }

  it.each(['epochEnd', 'batch', 'save', 'record', 'teardown'] as const)(
    '%s begins nothing',
    (hook) => {
      expect(pairs.add(hook, 'a', 0)).toBeUndefined()
    },
  )

  it('nobody is skipped before anything failed', () => {
    tap('a', 0)
    expect(pairs.hasFailedStart('epochEnd')).toBe(false)
    expect(whoSkips()).toEqual([])
  })

  it.each([
    ['the first', 0, ['b', 'c']],
    ['the second', 1, ['c']],
    ['the last', 2, []],
  ])('where %s fails, those behind it have not begun', (_, failed, behind) => {
    const taps = [tap('a', 1), tap('b', 2), tap('c', 3)]
    pairs.fail(taps[failed] as ReturnType<typeof tap>)
    expect(pairs.hasFailedStart('epochEnd')).toBe(true)
    expect(whoSkips()).toEqual(behind)
  })

  it.each([
    ['by order, whenever they were added', [3, 1, 2], 2, ['a']],
    ['of equal order by when they were added', [0, 0, 0], 1, ['c']],
    ['with an order without end', [Number.POSITIVE_INFINITY, -1, 0], 1, ['a', 'c']],
    ['those without end as added', [Infinity, Infinity, 0], 2, ['a', 'b']],
  ])('they are sorted %s', (_, orders, failed, behind) => {
    const taps = ['a', 'b', 'c'].map((tapper, index) => tap(tapper, orders[index] as number))
    pairs.fail(taps[failed] as ReturnType<typeof tap>)
    expect(whoSkips()).toEqual(behind)
  })

  it('who has begun by another tap is not skipped', () => {
    tap('a', 1)
    const failed = tap('b', 2)
    tap('a', 3)
    tap('c', 4)
    pairs.fail(failed)
    expect(whoSkips()).toEqual(['c'])
  })

  it('the end is over once it was called, and of other pairs nothing is said', () => {
    const failed = tap('a', 1)
    tap('b', 2)
    pairs.fail(failed)
    expect(pairs.hasFailedStart('fitEnd')).toBe(false)
    expect(pairs.hasNotBegun('fitEnd', 'b')).toBe(false)
    expect(pairs.hasNotBegun('monitor', 'b')).toBe(false)
    pairs.end('monitor')
    pairs.end('validationEnd')
    expect(whoSkips()).toEqual(['b'])
    pairs.end('epochEnd')
    expect(pairs.hasFailedStart('epochEnd')).toBe(false)
    expect(whoSkips()).toEqual([])
  })
})
