import { describe, expect, it } from 'vitest'
import { decodeJson, encodeJson, type Json } from '../../src/floor/json.js'

const proto = JSON.parse('{ "__proto__": { "evil": true }, "a": 1 }')

describe('a value that JSON keeps', () => {
  it.each<[value: unknown, text: string]>([
    [null, 'null'],
    [true, 'true'],
    ['', '""'],
    ['NaN', '"NaN"'],
    [0, '0'],
    [-1.5, '-1.5'],
    [Number.MIN_VALUE, '5e-324'],
    [-0, '{"$number":"-0"}'],
    [Number.NaN, '{"$number":"NaN"}'],
    [Number.POSITIVE_INFINITY, '{"$number":"Infinity"}'],
    [Number.NEGATIVE_INFINITY, '{"$number":"-Infinity"}'],
    [[], '[]'],
    [{}, '{}'],
    [[1, [Number.NaN]], '[1,[{"$number":"NaN"}]]'],
    [{ a: { b: -0 } }, '{"a":{"b":{"$number":"-0"}}}'],
    [{ $number: 'NaN' }, '{"$number":["NaN"]}'],
    [{ $number: ['NaN'] }, '{"$number":[["NaN"]]}'],
    [{ $number: -0 }, '{"$number":[{"$number":"-0"}]}'],
    [{ $number: 1, other: 2 }, '{"$number":1,"other":2}'],
    [{ toString: 1, valueOf: 2 }, '{"toString":1,"valueOf":2}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%j is written as %s and comes back', (value, text) => {
    const coded = encodeJson(value, 'it')
    expect(JSON.stringify(coded)).toBe(text)
    expect(decodeJson(JSON.parse(text))).toEqual(value)
    expect(decodeJson(coded)).toEqual(value)
  })

  it('loses nothing but what is undefined', () => {
    expect(encodeJson({ a: undefined, b: 1 }, 'it')).toEqual({ b: 1 })
  })

  it('may hold the same object twice', () => {
    const same = { a: 1 }
    expect(encodeJson([same, same], 'it')).toEqual([{ a: 1 }, { a: 1 }])
  })

  it('has no say in prototypes', () => {
    const coded = encodeJson(proto, 'it')
    expect((coded as { evil?: unknown }).evil).toBeUndefined()
    expect((decodeJson(coded) as { evil?: unknown }).evil).toBeUndefined()
    expect(Object.getPrototypeOf(coded)).toBe(Object.prototype)
  })
})

describe('what JSON cannot say is refused with its place:', () => {
  const cycle: Record<string, unknown> = {}
  cycle.inner = [cycle]
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])

  it.each([
    ['a function', { a: () => 1 }, 'state.a'],
    ['undefined', undefined, 'state'],
    ['undefined in a list', [0, undefined], 'state[1]'],
    ['a bigint', { a: [1n] }, 'state.a[0]'],
    ['a symbol', Symbol('a'), 'state'],
    ['a Date', { at: new Date(0) }, 'state.at'],
    ['a Map', new Map(), 'state'],
    ['a typed array', new Float32Array(1), 'state'],
    ['a cycle', cycle, 'state.inner[0]'],
    ['a hundred and one levels', nested(101), `state${'[0]'.repeat(100)}`],
  ])('%s', (_, value, place) => {
    expect(() => encodeJson(value, 'state')).toThrow(
      expect.objectContaining({
        code: 'REG_STATE_INVALID',
        data: expect.objectContaining({ place }),
      }),
    )
  })

  it('a hundred levels are not too deep', () => {
    const value = nested(100) as Json
    expect(decodeJson(encodeJson(value, 'state'))).toEqual(value)
  })
})
