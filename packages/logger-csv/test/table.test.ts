import { describe, expect, it } from 'vitest'
import { columnsWith, headerOf, lineOf, parseHeader, rowsOf, widened } from '../src/table.js'

const POSITION = ['epoch', 'step', 'source', 'interval']
const row = (...columns: string[]) => {
  return { group: 1, cells: Object.fromEntries(columns.map((column) => [column, '1'])) }
}
const metric = (seq: number, group: number, name: string, value: number) => {
  const where = { time: 0, step: 7, epoch: 1, source: 'train', interval: 'step' } as const
  return { kind: 'metric', seq, group, name, value, ...where } as const
}

describe('the columns', () => {
  it.each([
    [[], [], []],
    [[], [['b', 'a']], ['a', 'b']],
    [
      ['a', 'c'],
      [['b'], ['a', 'd']],
      ['a', 'b', 'c', 'd'],
    ],
  ])('%j with rows of %j are %j, after the position', (known, rows, expected) => {
    const before = known.length === 0 ? [] : [...POSITION, ...known]
    const columns = columnsWith(
      before,
      rows.map((names) => row(...names)),
    )
    expect(columns).toEqual([...POSITION, ...expected])
  })

  it('stay the same list where no row has a new one', () => {
    const known = [...POSITION, 'a', 'b']
    expect(columnsWith(known, [row('a')])).toBe(known)
  })

  it.each([
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['größe 🎲/x y', 'größe 🎲/x y'],
    ['x'.repeat(300), 'x'.repeat(300)],
    ["=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"],
    ['+1', "'+1"],
    ['-loss', "'-loss"],
    ['@sum', "'@sum"],
    ["'=a", "''=a"],
    ["''-a", "'''-a"],
    ["'a", "'a"],
    ['a;=b', `"a;'=b"`],
    ['a|=b', "a|'=b"],
    ['a","=b', `"a"",""'=b"`],
    ['a-b=c', 'a-b=c'],
  ])('%s is written so that it is read again', (name, expected) => {
    const header = headerOf(['epoch', name, 'z'])
    expect(header).toBe(`epoch,${expected},z\n`)
    expect(parseHeader(header.trimEnd())).toEqual(['epoch', name, 'z'])
  })
})

describe('the rows', () => {
  it('hold what was logged at once', () => {
    const records = [metric(1, 1, 'loss', 0.5), metric(2, 1, 'acc', 1), metric(3, 3, 'loss', 0.25)]
    expect(rowsOf(records)).toEqual([
      {
        group: 1,
        cells: { epoch: '1', step: '7', source: 'train', interval: 'step', loss: '0.5', acc: '1' },
      },
      {
        group: 3,
        cells: { epoch: '1', step: '7', source: 'train', interval: 'step', loss: '0.25' },
      },
    ])
  })

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [-0, '-0'],
    [1e308, '1e+308'],
    [5e-324, '5e-324'],
    [0.1 + 0.2, '0.30000000000000004'],
  ])('%d is written as %s', (value, expected) => {
    const [only] = rowsOf([metric(1, 1, 'm', value)])
    expect(only?.cells.m).toBe(expected)
    expect(Number(expected)).toBe(value)
  })

  it.each([
    ['step', 'metric/step'],
    ['interval', 'metric/interval'],
    ['two\r\nlines', 'two lines'],
  ])('a metric %j has the column %j', (name, column) => {
    const [only] = rowsOf([metric(1, 1, name, 5)])
    expect([only?.cells[column], only?.cells.step]).toEqual(['5', '7'])
  })

  it('get empty cells for columns that are new', () => {
    const lines = [lineOf(['a', 'c'], { a: '1', c: '3' }), lineOf(['a', 'c'], { c: '4' })]
    const cut = lines.map((line) => line.trimEnd())
    expect(widened(cut, ['a', 'c'], ['a', 'b', 'c', 'd'])).toEqual(['1,,3,\n', ',,4,\n'])
  })
})
