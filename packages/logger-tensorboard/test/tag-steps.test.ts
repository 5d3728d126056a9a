import { describe, expect, it } from 'vitest'
import { TagSteps } from '../src/tag-steps.js'

describe('the tag of a value', () => {
  it.each<[steps: readonly number[], tags: readonly string[]]>([
    [[0], ['x']],
    [
      [-0, 0],
      ['x', 'x'],
    ],
    [
      [1, 1, 2],
      ['x', 'x', 'x'],
    ],
    [
      [5, 4],
      ['x', 'x (2)'],
    ],
    [
      [5, 4, 4, 5, 6],
      ['x', 'x (2)', 'x (2)', 'x (2)', 'x (2)'],
    ],
    [
      [5, 4, 3],
      ['x', 'x (2)', 'x (3)'],
    ],
    [
      [0, -1],
      ['x', 'x (2)'],
    ],
  ])('at the steps %o is %o', (steps, tags) => {
    const tagSteps = new TagSteps()
    expect(steps.map((step) => tagSteps.tagAt('x', step))).toEqual(tags)
  })

  it('has nothing to do with other names, such as those of every object', () => {
    const tagSteps = new TagSteps()
    tagSteps.tagAt('x', 5)
    expect(tagSteps.tagAt('y', 1)).toBe('y')
    expect(tagSteps.tagAt('__proto__', 1)).toBe('__proto__')
    expect(tagSteps.tagAt('constructor', 0)).toBe('constructor')
  })

  it('goes on from the entries of another run', () => {
    const before = new TagSteps()
    before.tagAt('x', 5)
    before.tagAt('x', 4)
    const after = new TagSteps(before.entries())
    expect(after.isPast('x', 3)).toBe(true)
    expect(after.isPast('x', 4)).toBe(false)
    expect(after.isPast('y', -1)).toBe(false)
    expect(after.tagAt('x', 4)).toBe('x (2)')
    expect(after.tagAt('x', 3)).toBe('x (3)')
  })
})
