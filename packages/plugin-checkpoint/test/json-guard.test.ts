import { describe, expect, it } from 'vitest'
import { parseUntrusted } from '../src/json-guard.js'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

describe('JSON from outside', () => {
  it.each([
    'null',
    '-0',
    '""',
    '[]',
    '{}',
    '{ "a": { "b": 1 }, "c": { "b": 2 } }',
    '[{"a":1},{"a":2}]',
    '{"a":"a","b":"a:"}',
    '{"a":"\\"a\\":"}',
    '{"a\\\\":1,"a":2}',
    '{"a":["a","a"]}',
    '{"constructor":1,"toString":2}',
    '["__proto__"]',
    '{"a":"{[{["}',
    nested(150),
  ])('is parsed: %s', (text) => {
    expect(parseUntrusted(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['{"a":1,"a":2}', RangeError, '"a" twice'],
    ['{"a":1,"\\u0061":2}', RangeError, 'twice'],
    ['[{"b":{"a":1 ,\n"a"\t:2}}]', RangeError, '"a" twice'],
    ['{"":1,"":2}', RangeError, '"" twice'],
    ['{"__proto__":1}', RangeError, '"__proto__"'],
    ['[{"a":{"__pro\\u0074o__" : {}}}]', RangeError, '"__proto__"'],
    [nested(151), RangeError, 'deeper than 150'],
    ['', SyntaxError, 'end of JSON'],
    ['{"a":1', SyntaxError, 'JSON'],
    ['NaN', SyntaxError, 'not valid JSON'],
  ])('is refused: %s', (text, kind, why) => {
    expect(() => parseUntrusted(text)).toThrow(kind)
    expect(() => parseUntrusted(text)).toThrow(why)
  })
})
