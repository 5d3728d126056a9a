import { describe, expect, it } from 'vitest'
import { MetricTable } from '../../src/library/metric-table.js'

const HEAD = 'epoch,step,source,interval,loss,val_loss\n'

/** Pushes a text in pieces, as a file that grows would: what was not used comes again. */
function read(text: string, size = text.length): MetricTable {
  const table = new MetricTable()
  const bytes = new TextEncoder().encode(text)
  let offset = 0
  for (let end = size; ; end += size) {
    offset += table.push(bytes.subarray(offset, Math.min(end, bytes.length)))
    if (end >= bytes.length) return table
  }
}

const rowsOf = (table: MetricTable) =>
  table.series().map(({ name, source, interval, steps, epochs, values }) => ({
    ...{ name, source, interval },
    rows: [...values.view()].map((value, at) => [epochs.view()[at], steps.view()[at], value]),
  }))

const ROWS = `${HEAD}0,9,train,step,0.5,\n0,9,train,epoch,0.6,\r\n0,9,validation,epoch,,NaN\n1,19,train,step,0.25,\n`
const SERIES = [
  {
    name: 'loss',
    source: 'train',
    interval: 'step',
    rows: [
      [0, 9, 0.5],
      [1, 19, 0.25],
    ],
  },
  { name: 'loss', source: 'train', interval: 'epoch', rows: [[0, 9, 0.6]] },
  { name: 'val_loss', source: 'validation', interval: 'epoch', rows: [[0, 9, Number.NaN]] },
]

describe('a table of metrics', () => {
  it.each([1, 2, 7, 64, 1000])('is the same in pieces of %i bytes', (size) => {
    const table = read(ROWS, size)
    expect(rowsOf(table)).toEqual(SERIES)
    expect(table.damagedRows).toBe(0)
  })

  it('leaves a line without its end for later', () => {
    const table = new MetricTable()
    const bytes = new TextEncoder().encode(`${HEAD}0,1,train,step,5`)
    expect(table.push(bytes)).toBe(HEAD.length)
    expect(rowsOf(table)).toEqual([])
  })

  it.each([
    ['too few cells', '0,1,train'],
    ['too many cells', '0,1,train,step,1,2,3'],
    ['an unknown source', '0,1,training,step,1,'],
    ['an unknown interval', '0,1,train,batch,1,'],
    ['a text for a number', '0,1,train,step,high,'],
    ['no step', '0,,train,step,1,'],
  ])('counts a row with %s as damaged, and goes on', (_, row) => {
    const table = read(`${HEAD}${row}\n0,2,train,step,7,\n`)
    expect(table.damagedRows).toBe(1)
    expect(rowsOf(table).at(-1)?.rows.at(-1)).toEqual([0, 2, 7])
  })

  it('says whether it is one', () => {
    expect(read('').isTable).toBeUndefined()
    expect(read(HEAD).isTable).toBe(true)
    const foreign = read('step,a\n0,1\n')
    expect(foreign.isTable).toBe(false)
    expect(rowsOf(foreign)).toEqual([])
  })

  it.each([
    ["'=1+1", '=1+1'],
    ['"a, b"', 'a, b'],
    ['metric/step', 'step'],
    ['größe', 'größe'],
  ])('names the metric of the column %s', (column, name) => {
    const table = read(`epoch,step,source,interval,${column}\n0,0,train,step,1\n`)
    expect(rowsOf(table)[0]?.name).toBe(name)
  })
})
