import { describe, expect, test } from 'vitest'
import { booleanOf, daysOf, isWhole, numberOf } from '../../src/table/cells.js'

describe('cells', () => {
  test.each([
    ['1', 1],
    [' -2.5e3 ', -2500],
    ['+.5', 0.5],
    ['5.', 5],
    ['', Number.NaN],
    ['  ', Number.NaN],
    ['0x10', Number.NaN],
    ['0b1', Number.NaN],
    ['1,5', Number.NaN],
    ['1_000', Number.NaN],
    ['Infinity', Number.NaN],
    ['1e999', Number.NaN],
    ['nan', Number.NaN],
    [12, 12],
    [Number.POSITIVE_INFINITY, Number.NaN],
    [9007199254740991n, 9007199254740991],
    [9007199254740993n, Number.NaN],
    [true, Number.NaN],
  ])('the number in %o is %d', (cell, expected) => {
    expect(numberOf(cell)).toBe(expected)
  })

  test.each([
    ['12', true],
    ['-2147483648', true],
    ['2147483648', false],
    ['1.0', false],
    ['1e3', false],
    [7, true],
  ])('%o is whole: %o', (cell, expected) => {
    expect(isWhole(cell)).toBe(expected)
  })

  test.each([
    ['TRUE', 1],
    ['no', 0],
    ['1', 1],
    [false, 0],
    ['2', Number.NaN],
    ['', Number.NaN],
  ])('the boolean in %o is %d', (cell, expected) => {
    expect(booleanOf(cell)).toBe(expected)
  })

  test.each([
    ['1970-01-02', 1],
    ['1969-12-31', -1],
    ['2024-02-29', 19782],
    ['2023-02-29', Number.NaN],
    ['2024-13-01', Number.NaN],
    ['1970-01-01T12:00', 0.5],
    ['1970-01-01T12:00:00+06:00', 0.25],
    ['1970-01-01T00:00:00-05:30', 5.5 / 24],
    ['1970-01-01T24:00', Number.NaN],
    ['0001-01-01', -719162],
    ['03/04/2020', Number.NaN],
    ['20200304', Number.NaN],
  ])('the days of %o are %d', (cell, expected) => {
    const days = daysOf(cell)
    if (Number.isNaN(expected)) expect(days).toBeNaN()
    else expect(days).toBeCloseTo(expected, 12)
  })
})
