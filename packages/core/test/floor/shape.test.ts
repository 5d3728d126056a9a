import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, type ShapeCheck, shape } from '../../src/floor/shape.js'

const proto = JSON.parse('{ "__proto__": 1 }')
const entry = shape.object({ file: shape.text, step: shape.count })

describe('a value of the right shape has no fault:', () => {
  it.each<[string, ShapeCheck, unknown]>([
    ['count', shape.count, 0],
    ['count', shape.count, -0],
    ['count', shape.count, Number.MAX_SAFE_INTEGER],
    ['finite', shape.finite, -1.5],
    ['number', shape.number, Number.NaN],
    ['number', shape.number, Number.NEGATIVE_INFINITY],
    ['text', shape.text, ''],
    ['flag', shape.flag, false],
    ['json', shape.json, { a: [null, 'x', 1, { b: undefined }] }],
    ['list', shape.list(shape.count), []],
    ['record', shape.record(shape.count), {}],
    ['record', shape.record(shape.count), { a: 1, constructor: 2 }],
    ['optional', shape.optional(shape.count), undefined],
    ['orNull', shape.orNull(shape.count), null],
    ['object', entry, { file: 'a', step: 1, more: Number.NaN }],
    ['object with a rest', shape.object({ a: shape.text }, shape.json), { a: '', b: 1 }],
  ])('%s %o', (_, check, value) => {
    expect(check(value, 'it')).toBeUndefined()
  })
})

describe('a value of another shape has a fault:', () => {
  it.each<[ShapeCheck, unknown, string]>([
    [shape.count, -3, '"it" is -3; expected a non-negative integer'],
    [shape.count, 1.5, '"it" is 1.5; expected a non-negative integer'],
    [shape.count, 2 ** 53, '"it" is 9007199254740992; expected a non-negative integer'],
    [shape.count, '1', '"it" is "1"; expected a non-negative integer'],
    [shape.count, undefined, '"it" is missing; expected a non-negative integer'],
    [shape.finite, Number.POSITIVE_INFINITY, '"it" is Infinity; expected a finite number'],
    [shape.finite, '1', '"it" is "1"; expected a finite number'],
    [shape.number, null, '"it" is null; expected a number'],
    [shape.text, 0, '"it" is 0; expected a string'],
    [shape.flag, 0, '"it" is 0; expected true or false'],
    [shape.list(shape.count), {}, '"it" is {}; expected a list'],
    [shape.list(shape.count), [0, 'x'], '"it[1]" is "x"; expected a non-negative integer'],
    [shape.record(shape.count), [], '"it" is []; expected an object'],
    [shape.record(shape.count), null, '"it" is null; expected an object'],
    [shape.record(shape.text), { a: 1 }, '"it.a" is 1; expected a string'],
    [shape.record(shape.count), proto, '"it" has the key "__proto__"; leave it out'],
    [shape.object({}, shape.json), proto, '"it" has the key "__proto__"; leave it out'],
    [shape.json, [proto], '"it[0]" has the key "__proto__"; leave it out'],
    [shape.json, { a: Number.NaN }, '"it.a" is NaN; expected what JSON can say'],
    [shape.optional(shape.count), null, '"it" is null; expected a non-negative integer'],
    [shape.orNull(shape.count), undefined, '"it" is missing; expected a non-negative integer'],
    [entry, { file: 'a', step: -1 }, '"it.step" is -1; expected a non-negative integer'],
    [entry, { step: 1 }, '"it.file" is missing; expected a string'],
    [entry, undefined, '"it" is missing; expected an object'],
  ])('%o of %o', (check, value, fault) => {
    expect(check(value, 'it')).toBe(fault)
  })

  it('fields that are inherited are missing', () => {
    const check = shape.object({ toString: shape.that('anything', () => false) })
    expect(check({}, 'it')).toBe('"it.toString" is missing; expected anything')
    expect(entry(Object.create({ file: 'a', step: 1 }), 'it')).toContain('"it.file" is missing')
  })
})

describe('JSON that is nested', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])

  it('may have as many levels as state', () => {
    expect(shape.json(nested(MAX_DEPTH), 'it')).toBeUndefined()
  })

  it('may not have more, however many there are', () => {
    expect(shape.json(nested(MAX_DEPTH + 1), 'it')).toContain(String(MAX_DEPTH))
    let deep: unknown = 1
    for (let level = 0; level < 200_000; level++) deep = [deep]
    expect(shape.json(deep, 'it')).toContain(String(MAX_DEPTH))
  })
})
