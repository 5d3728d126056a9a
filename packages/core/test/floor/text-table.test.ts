import { describe, expect, it } from 'vitest'
import { type TableColumn, textTable, truncate } from '../../src/floor/text-table.js'

/** Wide characters take two columns, as on a terminal. */
const widthOf = (text: string) =>
  [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)

const columns: readonly TableColumn[] = [
  { head: 'name', align: 'left' },
  { head: 'calls', align: 'right', isOptional: true },
  { head: 'total', align: 'right' },
  { head: 'share', align: 'right', isOptional: true },
]
const rows = [
  ['a/rather/long/name', '10', '1.5 ms', '61 %'],
  ['b', '3', '', '4 %'],
]
const lines = (width: number) => textTable(columns, rows, { width, widthOf })

describe('a text table', () => {
  it('aligns its columns below their heads and a rule', () => {
    expect(lines(80)).toEqual([
      'name                calls   total  share',
      '──────────────────  ─────  ──────  ─────',
      'a/rather/long/name     10  1.5 ms   61 %',
      'b                       3            4 %',
    ])
  })

  it.each([
    [40, 'name                calls   total  share'],
    [39, 'name                calls   total'],
    [32, 'name                 total'],
    [25, 'name                total'],
    [12, 'name   total'],
    [11, 'name   tot…'],
  ])('has in %d columns the heads %s', (width, head) => {
    expect(lines(width)[0]).toBe(head)
    for (const line of lines(width)) expect(widthOf(line)).toBeLessThanOrEqual(width)
  })

  it('cuts the first column where dropping the optional ones is not enough', () => {
    expect(lines(20).at(2)).toBe('a/rather/lo…  1.5 ms')
  })

  it('keeps the least width of a column', () => {
    const least: readonly TableColumn[] = [{ head: 'kernel', align: 'left', minWidth: 8 }]
    expect(textTable(least, [['Add'], ['Multiply2']], { width: 5, widthOf })[1]).toBe('────…')
    expect(textTable(least, [['Add']], { width: 20, widthOf })[1]).toBe('────────')
  })

  it('counts wide characters as two columns and escapes what does not print', () => {
    const wide: readonly TableColumn[] = [
      { head: 'name', align: 'left' },
      { head: 'n', align: 'right' },
    ]
    const cells = [
      ['精度', '1'],
      ['a\nb', '2'],
    ]
    expect(textTable(wide, cells, { width: 20, widthOf }).slice(2)).toEqual(['精度  1', 'a\\nb  2'])
  })

  it('has heads and a rule without rows', () => {
    expect(textTable(columns.slice(0, 1), [], { width: 20, widthOf })).toEqual(['name', '────'])
  })
})

it.each([
  ['plain', 5, 'plain'],
  ['plainer', 5, 'plai…'],
  ['精度指標', 5, '精度…'],
  ['精度指標', 4, '精…'],
  ['any', 1, '…'],
  ['any', 0, ''],
])('cuts %s to %d columns', (text, width, cut) => {
  expect(truncate(text, width, widthOf)).toBe(cut)
})
