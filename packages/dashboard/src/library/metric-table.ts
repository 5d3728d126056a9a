import {
  INTERVALS,
  type Interval,
  Series,
  SOURCES,
  type Source,
} from '../curves/series.js'
import { parseCsvLine } from './csv-line.js'
import { isEnd, NumberReader } from './number-reader.js'

const COMMA = 44
const NEWLINE = 10
const RETURN = 13
const POSITION = ['epoch', 'step', 'source', 'interval']
/** The cells of source and interval as bytes: `2 * source + interval`. */
const PLACES = SOURCES.flatMap((source) =>
  INTERVALS.map((interval) => new TextEncoder().encode(`${source},${interval}`)),
)

/** The series of a `metrics.csv`, read piece by piece while the file grows. */
export class MetricTable {
  #columns: readonly string[] | undefined
  /** Series by column, source and interval: `6 * column + 2 * source + interval`. */
  #series: (Series | undefined)[] = []
  /** Columns and values of a row, which count only once the whole row is read. */
  #pendingColumns = new Uint32Array(0)
  #pendingValues = new Float64Array(0)
  readonly #numbers = new NumberReader()
  /** Source and interval of a row: an index of {@link PLACES}. */
  #place = 0
  #placeStop = 0
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
  push(bytes: Uint8Array): number {
    const used = bytes.lastIndexOf(NEWLINE) + 1
    let begin = this.#columns || used === 0 ? 0 : this.#header(bytes)
    if (this.isTable === true) {
      while (begin < used) begin = this.#row(bytes, begin)
    }
    return used
  }

  #header(bytes: Uint8Array): number {
    const end = bytes.indexOf(NEWLINE)
    const last = bytes[end - 1] === RETURN ? end - 1 : end
    this.#columns = headerOf(bytes.subarray(0, last))
    this.#pendingColumns = new Uint32Array(this.#columns.length)
    this.#pendingValues = new Float64Array(this.#columns.length)
    return end + 1
  }

  /** Reads a row, which ends with a line. @returns where the next one begins */
  #row(bytes: Uint8Array, begin: number): number {
    const numbers = this.#numbers
    const { length } = this.#columns as readonly string[]
    let at = begin
    if (bytes[at] === RETURN) at++
    if (bytes[at] === NEWLINE) return at + 1
    if (!numbers.read(bytes, at)) return this.#damaged(bytes, at)
    const epoch = numbers.value
    if (bytes[numbers.stop] !== COMMA || !numbers.read(bytes, numbers.stop + 1))
      return this.#damaged(bytes, at)
    const step = numbers.value
    if (bytes[numbers.stop] !== COMMA || !this.#readPlace(bytes, numbers.stop + 1))
      return this.#damaged(bytes, at)
    at = this.#placeStop
    let column = POSITION.length
    let count = 0
    for (; bytes[at] === COMMA; column++) {
      at++
      if (isEnd(bytes[at])) continue
      if (column >= length || !numbers.read(bytes, at)) return this.#damaged(bytes, at)
      this.#pendingColumns[count] = column
      this.#pendingValues[count++] = numbers.value
      at = numbers.stop
    }
    if (bytes[at] === RETURN) at++
    if (column !== length || bytes[at] !== NEWLINE) return this.#damaged(bytes, at)
    for (let index = 0; index < count; index++) {
      const series = this.#seriesOf(this.#pendingColumns[index] as number, this.#place)
      series.push(epoch, step, this.#pendingValues[index] as number)
    }
    return at + 1
  }

  #damaged(bytes: Uint8Array, at: number): number {
    this.damagedRows++
    return bytes.indexOf(NEWLINE, at) + 1
  }

  /** Reads source and interval, which are mostly those of the row before. */
  #readPlace(bytes: Uint8Array, start: number): boolean {
    for (let tried = 0; tried < PLACES.length; tried++) {
      const place = (this.#place + tried) % PLACES.length
      const stop = start + (PLACES[place] as Uint8Array).length
      if (!isEnd(bytes[stop]) || !startsWith(bytes, start, PLACES[place] as Uint8Array))
        continue
      this.#place = place
      this.#placeStop = stop
      return true
    }
    return false
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

function startsWith(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let at = 0; at < word.length; at++) {
    if (bytes[start + at] !== word[at]) return false
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
