import { afterEach, describe, expect, it } from 'vitest'
import { randomSwap } from '../src/seed.js'

const original = Math.random
afterEach(() => {
  Math.random = original
})

const counting = (start: number) => {
  let next = start
  return randomSwap((place: number) => place + next++)
}

describe('a swap of Math.random', () => {
  it('lasts from enter to leave', () => {
    const swap = counting(0)
    swap.enter(10)
    expect([Math.random(), Math.random()]).toEqual([10, 11])
    swap.leave()
    expect(Math.random).toBe(original)
  })

  it('can be inside another, of its own or of somebody else, and gives back what was there', () => {
    const [outer, inner] = [counting(0), counting(1000)]
    outer.enter(10)
    const first = Math.random
    inner.enter(0)
    expect(Math.random()).toBe(1000)
    inner.leave()
    expect(Math.random).toBe(first)
    outer.enter(20)
    expect(Math.random()).toBe(20)
    outer.leave()
    expect(Math.random()).toBe(11)
    outer.leave()
    expect(Math.random).toBe(original)
  })

  it('ends also where the section put a function of its own in its place', () => {
    const swap = counting(0)
    swap.enter(10)
    Math.random = () => 0.5
    swap.leave()
    expect(Math.random).toBe(original)
  })

  it("leaves the process's numbers to a function that was kept from a section", () => {
    Math.random = () => 0.25
    const swap = counting(0)
    swap.enter(10)
    const kept = Math.random
    swap.leave()
    expect(kept()).toBe(0.25)
    // put back by somebody who took it for the original, such as a spy that was made in a section
    Math.random = kept
    swap.enter(20)
    expect(Math.random()).toBe(20)
    swap.leave()
    expect(Math.random()).toBe(0.25)
  })

  it('does nothing where it is left without having been entered', () => {
    counting(0).leave()
    expect(Math.random).toBe(original)
  })
})
