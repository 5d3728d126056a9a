import { DataError } from '../table/data-error.js'

/** What parses records with quotes: `parse` of csv-parse/sync. */
export type QuotedParser = (
  text: string,
  options: Readonly<Record<string, unknown>>,
) => string[][]

/** Records with the lines that they begin in. */
export interface SplitRecords {
  readonly records: string[][]
  readonly lines: number[]
}

interface QuotedRecord {
  readonly index: number
  readonly line: number
  readonly text: string
}

/** Characters of a record after which its quote is taken for one that is never closed. */
const LONGEST = 16 * 2 ** 20

const WRONG_QUOTES: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE:
    'a quote stands within a cell that does not begin with one; write the cell in quotes, and a quote in it twice',
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote; write a quote within a cell twice',
  CSV_QUOTE_NOT_CLOSED: 'a quote is never closed',
}

/**
 * Splits text into records, piece by piece. A line without a quote is split at its delimiters; records
 * with quotes are left to csv-parse, all of a piece at once, since it takes ten times as long.
 */
export class CsvSplitter {
  #line = 0
  #rest = ''
  /** A record whose quote is still open at the end of its line. */
  #open: { text: string; line: number } | undefined

  constructor(
    private readonly owner: string,
    private readonly file: string,
    private readonly delimiter: string,
    private readonly parse: QuotedParser,
  ) {}

  /** The records that a piece of text completes. @throws REG_DATA_FORMAT for wrong quotes */
  push(piece: string): SplitRecords {
    const text = this.#rest + piece
    const records: string[][] = []
    const lines: number[] = []
    const quoted: QuotedRecord[] = []
    let begin = 0
    for (;;) {
      const end = text.indexOf('\n', begin)
      if (end === -1) break
      this.#addLine(text.slice(begin, end), { records, lines, quoted })
      begin = end + 1
    }
    this.#rest = text.slice(begin)
    return this.#parsed(records, lines, quoted)
  }

  /** The last record, if no line break follows it. @throws REG_DATA_FORMAT for a quote that is never closed */
  end(): SplitRecords {
    const last = this.#rest === '' ? { records: [], lines: [] } : this.push('\n')
    if (this.#open) throw this.#unclosed(this.#open.line)
    return last
  }

  #addLine(
    raw: string,
    { records, lines, quoted }: SplitRecords & { quoted: QuotedRecord[] },
  ): void {
    const number = ++this.#line
    const isOdd = hasOddQuotes(raw)
    if (this.#open) {
      this.#open.text += `\n${raw}`
      if (this.#open.text.length > LONGEST) throw this.#unclosed(this.#open.line)
      if (!isOdd) return
    } else if (isOdd) {
      this.#open = { text: raw, line: number }
      return
    }
    const record = this.#open ?? { text: raw, line: number }
    this.#open = undefined
    const text = record.text.endsWith('\r') ? record.text.slice(0, -1) : record.text
    if (text === '') return
    lines.push(record.line)
    if (isOdd === false && !text.includes('"')) records.push(text.split(this.delimiter))
    else {
      quoted.push({ index: records.length, line: record.line, text })
      records.push([])
    }
  }

  #parsed(
    records: string[][],
    lines: number[],
    quoted: readonly QuotedRecord[],
  ): SplitRecords {
    if (quoted.length === 0) return { records, lines }
    const text = quoted.map((record) => record.text).join('\n')
    let parsed: string[][]
    try {
      parsed = this.parse(text, {
        delimiter: this.delimiter,
        record_delimiter: '\n',
        relax_column_count: true,
      })
    } catch (thrown) {
      const { code, records: before = 0 } = Object(thrown) as {
        code?: string
        records?: number
      }
      const why = WRONG_QUOTES[code ?? ''] ?? String(Object(thrown).message)
      throw this.#wrong(quoted[before]?.line ?? this.#line, why, thrown)
    }
    for (const [position, { index }] of quoted.entries())
      records[index] = parsed[position] as string[]
    return { records, lines }
  }

  #unclosed(line: number): DataError {
    return this.#wrong(line, 'a quote is opened there and never closed')
  }

  #wrong(line: number, why: string, cause?: unknown): DataError {
    const { owner, file } = this
    return new DataError(
      'REG_DATA_FORMAT',
      `${owner}: ${file}, line ${line}: ${why}.`,
      { owner, file, line },
      { cause },
    )
  }
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1))
    isOdd = !isOdd
  return isOdd
}
