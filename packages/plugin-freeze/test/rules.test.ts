import { describe, expect, it } from 'vitest'
import { type FrozenTime, isFrozen } from '../src/frozen.js'
import { gradual } from '../src/gradual.js'
import { type FreezeOptions, resolveOptions } from '../src/options.js'
import { matching, type VariablePattern } from '../src/variable-pattern.js'

const NAMES = ['body/dense/kernel', 'body/dense/bias', 'body/norm/gamma', 'head/kernel']

describe('a pattern', () => {
  it.each<[VariablePattern, number[]]>([
    ['body/*', [0, 1, 2]],
    ['*kernel', [0, 3]],
    ['head/kernel', [3]],
    ['*', [0, 1, 2, 3]],
    [/norm|bias/, [1, 2]],
    [
      ['head/*', /norm/g],
      [2, 3],
    ],
  ])('%s matches %j', (pattern, indexes) => {
    expect(matching(pattern, NAMES, 'match')).toEqual(indexes.map((index) => NAMES[index]))
  })

  it.each<[VariablePattern, string]>([
    ['bdy/*', '"match" is "bdy/*", which matches none'],
    ['bdy/*', 'Did you mean "body/*"?'],
    ['head/kernal', 'Did you mean "head/kernel"?'],
    [['head/*', 'x.y'], '"x.y", which matches none; expected a pattern that matches some of'],
    [/nothing/, '/nothing/, which matches none'],
  ])('%s is refused: %s', (pattern, text) => {
    expect(() => matching(pattern, NAMES, 'match')).toThrow(text)
  })
})

describe('a group is frozen', () => {
  it.each<[FrozenTime, string]>([
    [{}, 'FFFFFF'],
    [{ until: { epochs: 1 } }, 'FF....'],
    [{ until: { epochs: 0 } }, '......'],
    [{ until: { steps: 3 } }, 'FFF...'],
    [{ from: { epochs: 1 } }, '..FFFF'],
    [{ from: { epochs: 1 }, until: { steps: 5 } }, '..FFF.'],
  ])('with %j in %s', (time, expected) => {
    const batches = [0, 1, 2, 3, 4, 5].map((step) =>
      isFrozen(time, { step, epoch: Math.floor(step / 2) }) ? 'F' : '.',
    )
    expect(batches.join('')).toBe(expected)
  })
})

it('gradual unfreezing gives each group its time and rate', () => {
  expect(gradual(['c', 'b', 'a'], { epochs: 2, factor: 0.5 })).toEqual([
    { match: 'c', until: { epochs: 0 }, rate: 1 },
    { match: 'b', until: { epochs: 2 }, rate: 0.5 },
    { match: 'a', until: { epochs: 4 }, rate: 0.25 },
  ])
  expect(() => gradual(['a'], { factor: 0 })).toThrow('"factor" is 0')
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{}, '"match" is missing; expected names of variables'],
    [{ match: '' }, '"match" is ""; expected a name such as "body/*"'],
    [{ match: [] }, '"match" is []; expected'],
    [{ match: 'a', groups: [{ match: 'b' }] }, 'expected none beside "match"'],
    [{ groups: [] }, 'expected at least one group'],
    [{ groups: [{ match: 'b' }], until: { epochs: 1 } }, 'inside "groups", not beside it'],
    [{ groups: [{ until: { epochs: 1 } }] }, '"groups[0].match" is missing'],
    [{ groups: [{ match: 'a', until: {} }] }, '"groups[0].until" is {}; expected either'],
    [{ match: 'a', until: { epochs: -1 } }, '"until.epochs" is -1'],
    [{ match: 'a', rate: 0 }, '"rate" is 0; expected'],
    [{ match: 'a', batchNorm: 'off' }, '"batchNorm" is "off"'],
    [{ mach: 'a' }, 'Did you mean "match"?'],
  ])('%j are an error at construction', (wrong, text) => {
    expect(() => resolveOptions(wrong as FreezeOptions)).toThrow(text)
  })
})
