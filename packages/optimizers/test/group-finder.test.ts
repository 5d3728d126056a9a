import { describe, expect, it } from 'vitest'
import { GroupFinder } from '../src/group-finder.js'
import { onCpu, ones } from './helpers/tensors.js'

onCpu()

describe('the group of a variable', () => {
  it('is the first that matches', () => {
    const finder = new GroupFinder('adam', ['head/*', /bias/, '*'])
    const names = ['head/bias', 'body/bias', 'body/kernel']
    expect(names.map((name) => finder.indexOf(name))).toEqual([0, 1, 2])
    expect(new GroupFinder('adam', []).indexOf('a')).toBe(-1)
  })

  it("may be found by the module's name too", () => {
    const finder = new GroupFinder('adam', ['head/*', '7'])
    expect(finder.indexOf('3')).toBe(-1)
    finder.useNames(new Map([['3', 'head/kernel']]))
    expect(['3', '7', '8'].map((name) => finder.indexOf(name))).toEqual([0, 1, -1])
  })
})

describe('a group that matches nothing', () => {
  it('is refused, with what may have been meant', () => {
    const finder = new GroupFinder('adam', ['*', 'haed/*'])
    expect(() => finder.check(['head/kernel', 'head/bias'])).toThrow(
      new RangeError(
        'adam: "groups[1].match" is "haed/*", which matches no variable; expected one of ' +
          '"head/kernel", "head/bias". Did you mean "head/*"?',
      ),
    )
    const other = new GroupFinder('adam', [/x/])
    expect(() => other.check(['a'])).toThrow('is /x/, which matches no variable')
  })

  it('is fine if a frozen variable would match, and later', () => {
    const { head } = ones('head')
    const finder = new GroupFinder('adam', ['head'])
    finder.check(['body'])
    head.dispose()
    expect(() => finder.check(['body'])).not.toThrow()
  })
})
