import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { CsvSplitter, type QuotedParser } from '../../src/csv/csv-splitter.js'

const texts = [
  'a,b\n1,2\n3,4\n',
  'a,b\r\n1,2\r\n3,4',
  'a,b\n"1,5","say ""hi"""\nx,y\n',
  'a,b\n"two\nlines",1\n"two\r\nlines",2\nplain,3',
  'a,b\n\n1,2\n\n"",""\n',
  'ä,🙂\n"é,",ß\n',
  'a\n"1"\n',
  'a,b\n,\n"",x\n1,"\n"\n',
]

/** All records, read in pieces of a size. */
function split(text: string, size: number) {
  const splitter = new CsvSplitter('fromCsv', 'a.csv', ',', parse as QuotedParser)
  const found = []
  for (let begin = 0; begin < text.length; begin += size)
    found.push(splitter.push(text.slice(begin, begin + size)))
  found.push(splitter.end())
  return {
    records: found.flatMap(({ records }) => records),
    lines: found.flatMap(({ lines }) => lines),
  }
}

describe('CsvSplitter', () => {
  test.each(texts)('splits %j as csv-parse does, in pieces of any size', (text) => {
    const expected = parse(text, { relax_column_count: true, skip_empty_lines: true })
    for (const size of [1, 2, 3, 5, 1000])
      expect(split(text, size).records, `pieces of ${size}`).toEqual(expected)
  })

  test('counts lines over quoted line breaks and empty lines', () => {
    const { lines } = split('a\n\n"x\ny\nz"\nb\n', 4)
    expect(lines).toEqual([1, 3, 6])
  })

  test.each([
    ['a\nb\n"c\nd\n', 3, 'opened there and never closed'],
    ['a\n5" disk 3"\n', 2, 'a quote stands within a cell'],
    ['"ok"\n"a"b"c"\n', 2, 'text follows a closing quote'],
  ])('refuses the quotes of %j in line %d', (text, line, what) => {
    expect(() => split(text, 1000)).toThrow(
      expect.objectContaining({
        code: 'REG_DATA_FORMAT',
        message: expect.stringMatching(new RegExp(`a\\.csv, line ${line}: .*${what}`)),
      }),
    )
  })
})
