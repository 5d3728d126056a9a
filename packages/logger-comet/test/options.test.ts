import { describe, expect, it } from 'vitest'
import { inCamelCase } from '../src/camel-case.js'
import { options } from '../src/options.js'

const check = (given: object) => options.check(inCamelCase(given, options.fields))
const defaults = options.check({})

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
    expect(check(given)).toEqual({ ...defaults, ...expected })
  })

  it('that all loggers have are passed on in either spelling', () => {
    expect(check({ id: 'second', deadline_ms: 5 })).toEqual({
      ...defaults,
      id: 'second',
      deadlineMs: 5,
    })
  })

  it.each([
    [
      { apikey: 'k' },
      /REG_OPTION_UNKNOWN: cometLogger: "apikey" is not known; .+\. Did you mean "apiKey"\?/,
    ],
    [{ project_nam: 'p' }, /"project_nam" is not known; .+\. Did you mean "projectName"\?/],
    [{ experimentname: 'p' }, /Did you mean "experimentName"\?/],
    [{ colour: 'red' }, /"colour" is not known; expected one of "apiKey", "workspace"/],
    [
      { limits: { metrics: 1, parameters: 1, other: 1, more: 1 } },
      /REG_OPTION_UNKNOWN: cometLogger: "limits.more" is not known/,
    ],
    [{ apiKey: 'a', api_key: 'b' }, /"apiKey" is given twice, in two spellings/],
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
  ])('%j is refused', (given) => {
    expect(() => check(given as object)).toThrow(
      /^REG_OPTION_INVALID: cometLogger: ".+" is .+; expected /,
    )
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
    const optionNames = Object.keys(options.fields)
    expect(optionNames).toHaveLength(new Set(optionNames).size)
  })
})
