import { describe, expect, it } from 'vitest'
import { checkOptions, optionNames } from '../src/check-options.js'

const check = (given: object) =>
  checkOptions<{ id?: string; deadlineMs?: number }>(given, ['id', 'deadlineMs'])

describe('the names of options', () => {
  it.each([
    [
      { api_key: 'k', project_name: 'p', experiment_name: 'e' },
      { apiKey: 'k', projectName: 'p', experimentName: 'e' },
    ],
    [
      { apiKey: 'k', projectName: 'p', experimentName: 'e' },
      { apiKey: 'k', projectName: 'p', experimentName: 'e' },
    ],
    [
      { experiment_key: 'a'.repeat(32), offline_dir: 'x' },
      { experimentKey: 'a'.repeat(32), offlineDir: 'x' },
    ],
    [
      { mode: 'get', offline: true, prefix: 'p', tags: ['t'], url: 'http://a' },
      { mode: 'get', offline: true, prefix: 'p', tags: ['t'], url: 'http://a' },
    ],
    [{ workspace: undefined }, {}],
  ])('%j', (given, expected) => {
    expect(check(given)).toEqual({ own: expected, rest: {} })
  })

  it('that all loggers have are passed on in either spelling', () => {
    expect(check({ id: 'second', deadline_ms: 5 })).toEqual({
      own: {},
      rest: { id: 'second', deadlineMs: 5 },
    })
  })

  it.each([
    [
      { apikey: 'k' },
      /REG_OPTION_UNKNOWN: cometLogger has no option "apikey". Did you mean "apiKey"\?/,
    ],
    [{ project_nam: 'p' }, /no option "project_nam". Did you mean "projectName"\?/],
    [{ experimentname: 'p' }, /Did you mean "experimentName"\?/],
    [{ colour: 'red' }, /no option "colour". It takes apiKey, workspace/],
    [{ apiKey: 'a', api_key: 'b' }, /given "apiKey" twice, in two spellings/],
  ])('%j', (given, expected) => {
    expect(() => check(given)).toThrow(expected)
  })
})

describe('the values of options', () => {
  it.each([
    [null],
    ['text'],
    [[]],
    [{ apiKey: '' }],
    [{ apiKey: 5 }],
    [{ apiKey: 'a b' }],
    [{ workspace: ' ' }],
    [{ projectName: 'x'.repeat(100) }],
    [{ experimentKey: 'not-a-key' }],
    [{ mode: 'new' }],
    [{ offline: 'yes' }],
    [{ url: 'ftp://a' }],
    [{ url: 'nonsense' }],
    [{ url: 'http://user:pw@a' }],
    [{ url: 'http://user@a' }],
    [{ url: 'http://a/?api_key=k' }],
    [{ url: 'http://a/#token=k' }],
    [{ url: '//a' }],
    [{ url: 'file:///a' }],
    [{ tags: 'a' }],
    [{ tags: [''] }],
    [{ api: 'grpc' }],
    [{ logGit: 1 }],
    [{ limits: { metrics: 1 } }],
    [{ limits: { metrics: 1, parameters: 1, other: 0 } }],
    [{ limits: { metrics: 1, parameters: 1, other: 1, more: 1 } }],
  ])('%j is refused', (given) => {
    expect(() => check(given as object)).toThrow(/^REG_OPTION_INVALID: .+ must be /)
  })

  it.each([
    [{ apiKey: 'marker key' }],
    [{ url: 'http://user:marker@a' }],
    [{ url: 'http://a/?api_key=marker' }],
    [{ url: 'ftp://marker@a' }],
  ])('never show a key: %j', (given) => {
    expect(() => check(given)).toThrow(/^(?!.*marker).*$/)
  })

  it('cover each option', () => {
    expect(optionNames).toHaveLength(new Set(optionNames).size)
  })
})
