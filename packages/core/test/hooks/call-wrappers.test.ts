import { describe, expect, it } from 'vitest'
import { CallWrappers } from '../../src/hooks/call-wrappers.js'
import type { TapOwner } from '../../src/hooks/tap-owner.js'

const owner = (id: string): TapOwner => ({
  id,
  order: 0,
  taps: new Set(),
  isMuted: false,
  waits: [],
  turn: 0,
})

/** Wrappers that note where they begin and end. */
function noting(...ids: readonly string[]) {
  const calls: string[] = []
  const wrappers = new CallWrappers<string, number>()
  const owners = ids.map(owner)
  for (const each of owners)
    wrappers.add(each, (kind, detail, call) => {
      calls.push(`${each.id} ${kind} ${detail}`)
      try {
        return call()
      } finally {
        calls.push(`${each.id} ends`)
      }
    })
  return { calls, wrappers, owners }
}

describe('wrappers of a call', () => {
  it('are none at first, and the call is made all the same', () => {
    const { wrappers } = noting()
    expect(wrappers.isEmpty).toBe(true)
    expect(wrappers.run('data', 0, () => -0)).toBe(-0)
  })

  it('lie around each other, the first that was added outermost', () => {
    const { wrappers, calls } = noting('a', 'b')
    expect(wrappers.isEmpty).toBe(false)
    const result = wrappers.run('loader', -1, () => {
      calls.push('call')
      return undefined
    })
    expect(result).toBeUndefined()
    expect(calls).toEqual(['a loader -1', 'b loader -1', 'call', 'b ends', 'a ends'])
  })

  it('are skipped while their owner is muted', () => {
    const { wrappers, calls, owners } = noting('a', 'b')
    for (const each of owners) each.isMuted = each.id === 'a'
    wrappers.run('step', 3, () => 1)
    expect(calls).toEqual(['b step 3', 'b ends'])
    for (const each of owners) each.isMuted = true
    expect(wrappers.run('step', 4, () => 1)).toBe(1)
    expect(calls).toHaveLength(2)
  })

  it('let errors through, each told that the call is over', () => {
    const { wrappers, calls } = noting('a', 'b')
    const fails = () => {
      throw new RangeError('on purpose')
    }
    expect(() => wrappers.run('module', 0, fails)).toThrow(RangeError)
    expect(calls.slice(-2)).toEqual(['b ends', 'a ends'])
  })
})
