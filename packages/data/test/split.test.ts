import { describe, expect, test } from 'vitest'
import { type SplitSizes, split } from '../src/split.js'

const rowNumbers = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row)
const rowsOf = (parts: Iterable<{ row: Int32Array }>) => Array.from(parts, ({ row }) => [...row])
const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b)

describe('split', () => {
  test.each<[number, SplitSizes, number[]]>([
    [10, [0.8, 0.1, 0.1], [8, 1, 1]],
    [10, { train: 7, test: 3 }, [7, 3]],
    [10, { train: 7, test: 2 }, [7, 2]],
    [10, [0.5], [5]],
    [7, [0.5, 0.5], [4, 3]],
    [3, [1 / 3, 1 / 3, 1 / 3], [1, 1, 1]],
    [10_000, [0.7, 0.2, 0.1], [7000, 2000, 1000]],
    [10_000, { train: 8000, validation: 1000, test: 1000 }, [8000, 1000, 1000]],
  ])('deals %i rows by %j into parts of %j with no row in common', (rows, sizes, expected) => {
    const parts = split({ row: rowNumbers(rows) }, sizes)
    const dealt = rowsOf(Object.values(parts))
    expect(Object.keys(parts)).toEqual(Object.keys(sizes))
    expect(dealt.map((part) => part.length)).toEqual(expected)
    const all = new Set(dealt.flat())
    expect(all.size).toBe(expected.reduce((sum, size) => sum + size))
    expect([...all].every((row) => row >= 0 && row < rows)).toBe(true)
  })

  test('uses every row where the fractions sum to 1', () => {
    for (let rows = 12; rows < 200; rows++) {
      const dealt = rowsOf(split({ row: rowNumbers(rows) }, [0.8, 0.1, 0.1]))
      expect(sorted(dealt.flat())).toEqual([...rowNumbers(rows)])
    }
  })

  test('is the same for the same seed, which is 0 unless given, and another for another', () => {
    const of = (seed?: number) =>
      rowsOf(split({ row: rowNumbers(50) }, [0.5, 0.5], seed === undefined ? {} : { seed }))
    expect(of()).toEqual(of(0))
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(0))
  })

  test('is random: the parts are not runs of neighbours', () => {
    const [first] = rowsOf(split({ row: rowNumbers(1000) }, [0.5, 0.5]))
    expect(first?.filter((row) => row < 500).length).toBeGreaterThan(200)
    expect(first?.filter((row) => row < 500).length).toBeLessThan(300)
  })

  test('gives columns of the same kinds, copied, with the rows kept together', () => {
    const columns = {
      row: rowNumbers(6),
      image: {
        data: Uint8Array.from({ length: 12 }, (_, index) => index),
        shape: [6, 2, 1],
        scale: 1 / 255,
      },
      nested: [[0], [1], [2], [3], [4], [5]],
      flag: { data: new Uint8Array([0, 1, 0, 1, 0, 1]), dtype: 'bool' as const },
    }
    const { a, b } = split(columns, { a: 4, b: 2 })
    expect(a.image).toMatchObject({ shape: [4, 2, 1], scale: 1 / 255 })
    expect(b.flag).toMatchObject({ shape: [2], dtype: 'bool' })
    for (const { row, image, nested, flag } of [a, b]) {
      expect(row).toBeInstanceOf(Int32Array)
      expect(image.data).toBeInstanceOf(Uint8Array)
      for (const [index, original] of row.entries()) {
        expect(image.data[2 * index + 1]).toBe(2 * original + 1)
        expect(nested[index]).toEqual([original])
        expect(flag.data[index]).toBe(original % 2)
      }
    }
    columns.row.fill(-1)
    expect(Math.min(...a.row, ...b.row)).toBe(0)
  })

  test.each<[unknown, string]>([
    [undefined, 'The sizes of split are undefined; give an array or an object such as'],
    [[], 'The sizes of split are []; give an array or an object such as'],
    [[0.9, 0.2], 'The sizes of split are [0.9,0.2], together 1.1, but they may be 1 at most.'],
    [[8, 3], 'The sizes of split are [8,3], together 11, but the columns have 10 rows.'],
    [[0.5, 3], 'give either whole numbers of rows from 1 or fractions between 0 and 1, not both.'],
    [[8, 0], 'The sizes of split are [8,0]; give either whole numbers'],
    [[Number.NaN], 'give either whole numbers'],
    [{ train: -1 }, 'give either whole numbers'],
    [{ train: 0.9, test: 0.01 }, 'Part "test" of split gets 0.01 of 10 rows, which is none;'],
  ])('refuses the sizes %j', (sizes, text) => {
    expect(() => split({ row: rowNumbers(10) }, sizes as SplitSizes)).toThrow(text)
  })

  test('refuses options that it does not know, and a seed that is none', () => {
    const columns = { row: rowNumbers(10) }
    expect(() => split(columns, [1], { sead: 1 } as object)).toThrow('Did you mean "seed"?')
    expect(() => split(columns, [1], { seed: Number.NaN })).toThrow('The seed of split is NaN;')
  })
})
