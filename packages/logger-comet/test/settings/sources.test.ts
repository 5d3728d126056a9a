import { describe, expect, it } from 'vitest'
import { parseDotenv, parseIni } from '../../src/settings/sources.js'

describe('the INI file of Comet', () => {
  it.each([
    ['[comet]\napi_key=abc', { COMET_API_KEY: 'abc' }],
    [
      '[comet]\r\napi_key = abc \r\nworkspace: team',
      { COMET_API_KEY: 'abc', COMET_WORKSPACE: 'team' },
    ],
    [
      '# note\n; note\n[comet]\n\nurl_override=http://a/?b=c',
      { COMET_URL_OVERRIDE: 'http://a/?b=c' },
    ],
    ['[comet.start]\nmode=get\n[other]\nkey=1', { COMET_START_MODE: 'get', OTHER_KEY: '1' }],
    ['no setting at all\n[', {}],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseIni(text))).toEqual(expected)
  })
})

describe('.env', () => {
  it.each([
    ['COMET_API_KEY=abc', { COMET_API_KEY: 'abc' }],
    ['export A="b c"\nD=\'e # f\'', { A: 'b c', D: 'e # f' }],
    ['# A=1\n  B = 2 # why\nC=', { B: '2', C: '' }],
    ['not a setting\n=1\n1A=2', {}],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseDotenv(text))).toEqual(expected)
  })
})
