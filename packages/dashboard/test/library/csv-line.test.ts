import { expect, it } from 'vitest'
import { parseCsvLine } from '../../src/library/csv-line.js'

it.each([
  ['a,b', ['a', 'b']],
  ['', ['']],
  ['a,', ['a', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a ""b""",""', ['a "b"', '']],
  ['a"b,c', ['a"b', 'c']],
])('the cells of %s', (line, cells) => {
  expect(parseCsvLine(line)).toEqual(cells)
})
