import { type Interval, Series, type Source } from '../curves/series.js'
import { parseCsvLine } from './csv-line.js'
import { parseNumber } from './number-text.js'

const COMMA = 44
const NEWLINE = 10
const RETURN = 13
const POSITION = ['epoch', 'step', 'source', 'interval']
const SOURCES: readonly Source[] = ['train', 'validation', 'test']
const INTERVALS: readonly Interval[] = ['step', 'epoch']

/** The series of a `metrics.csv`, read piece by piece while the file grows. */
export class MetricTable {
  #columns: readonly string[] | undefined
  /** Series by column, source and interval: `6 * column + 2 * source + interval`. */
  #series: (Series | undefined)[] = []
  /** Columns and values of a row, which count only once the whole row is read. */
  readonly #pending: number[] = []
  /** Rows that are not rows of such a table. */
  damagedRows = 0

  /** Whether the header is that of a table of metrics; `undefined` before it is read. */
  get isTable(): boolean | undefined {
    return this.#columns && POSITION.every((name, at) => this.#columns?.[at] === name)
  }

  /** All series, in the order of the columns. */
  series(): Series[] {
    return this.#series.filter((one) => one !== undefined)
  }

  /** Takes more of the file. @returns how many bytes were whole lines: the rest is to come again */
  push(pushed: Uint8Array): number {
    const bytes = Buffer.from(pushed.buffer, pushed.byteOffset, pushed.length)
    let begin = 0
    for (;;) {
      const end = bytes.indexOf(NEWLINE, begin)
      if (end === -1) return begin
      const last = bytes[end - 1] === RETURN ? end - 1 : end
      if (!this.#columns) this.#columns = headerOf(bytes.subarray(begin, last))
      else if (this.isTable && last > begin) this.#row(bytes, begin, last)
      begin = end + 1
    }
  }

  #row(bytes: Buffer, begin: number, end: number): void {
    const { length } = this.#columns as readonly string[]
    this.#pending.length = 0
    let column = 0
    let epoch = 0
    let step = 0
    let base = 0
    for (let start = begin; start <= end; column++) {
      let stop = start
      while (stop < end && bytes[stop] !== COMMA) stop++
      if (column < 4) {
        const found = positionAt(column, bytes, start, stop)
        if (found === -1 || Number.isNaN(found)) return void this.damagedRows++
        if (column === 0) epoch = found
        else if (column === 1) step = found
        else if (column === 2) base = 2 * found
        else base += found
      } else if (stop > start) {
        const value = parseNumber(bytes, start, stop)
        if (value === undefined) return void this.damagedRows++
        this.#pending.push(column, value)
      }
      start = stop + 1
    }
    if (column !== length) return void this.damagedRows++
    for (let at = 0; at < this.#pending.length; at += 2) {
      const series = this.#seriesOf(this.#pending[at] as number, base)
      series.push(epoch, step, this.#pending[at + 1] as number)
    }
  }

  #seriesOf(column: number, base: number): Series {
    const key = 6 * column + base
    const known = this.#series[key]
    if (known) return known
    const name = this.#columns?.[column] as string
    const source = SOURCES[base >> 1] as Source
    const made = new Series(name, source, INTERVALS[base & 1] as Interval)
    this.#series[key] = made
    return made
  }
}

/** The number of a position: a counter, or the index of a word; -1 or NaN if it is none. */
function positionAt(column: number, bytes: Buffer, start: number, stop: number): number {
  if (column < 2) return parseNumber(bytes, start, stop) ?? Number.NaN
  const words: readonly string[] = column === 2 ? SOURCES : INTERVALS
  for (let at = 0; at < words.length; at++) {
    if (isWord(words[at] as string, bytes, start, stop)) return at
  }
  return -1
}

function isWord(word: string, bytes: Buffer, start: number, stop: number): boolean {
  if (stop - start !== word.length) return false
  for (let at = 0; at < word.length; at++) {
    if (bytes[start + at] !== word.charCodeAt(at)) return false
  }
  return true
}

function headerOf(bytes: Uint8Array): readonly string[] {
  return parseCsvLine(new TextDecoder().decode(bytes)).map(withoutMark)
}

/** `logger-csv` puts a `'` before what a program for tables would take for a formula. */
function withoutMark(name: string): string {
  return name
    .replace(/(^|[;,"\t|])'('*[=+\-@])/g, '$1$2')
    .replace(/^metric\/(epoch|step|source|interval)$/, '$1')
}
