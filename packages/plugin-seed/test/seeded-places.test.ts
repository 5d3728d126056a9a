import { describe, expect, it } from 'vitest'
import { seededPlaces } from '../src/places.js'

const step = (index: number) => ({ kind: 2, period: 0, index })
const loader = (index: number) => ({ kind: 3, period: 0, index })

describe('places', () => {
  it('go on where they were left, whatever other kinds draw in between', () => {
    const alone = seededPlaces(1)
    const expected = [alone.draw(step(0)), alone.draw(step(0)), alone.draw(step(1))]
    const mixed = seededPlaces(1)
    const drawn = [mixed.draw(step(0))]
    mixed.draw(loader(0))
    drawn.push(mixed.draw(step(0)))
    mixed.draw(loader(1))
    drawn.push(mixed.draw(step(1)))
    expect(drawn).toEqual(expected)
    expect(new Set(drawn).size).toBe(3)
  })

  it('do not depend on how much the places before them drew', () => {
    const [greedy, modest] = [seededPlaces(1), seededPlaces(1)]
    for (let drawn = 0; drawn < 100; drawn++) greedy.draw(step(0))
    expect(greedy.draw(step(1))).toBe(modest.draw(step(1)))
  })

  it('know their seed', () => {
    expect(seededPlaces(5).seed).toBe(5)
  })
})
