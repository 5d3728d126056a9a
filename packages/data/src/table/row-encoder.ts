import { quote, quoteAll } from '../checks.js'
import { type CellPlace, cellError } from './cell-error.js'
import { booleanOf, type Cell, daysOf, expectations, numberOf, textOf } from './cells.js'
import { DataError } from './data-error.js'
import type { ColumnEncoder, Encoders } from './encoders.js'
import type { Layout, UsedColumn } from './layout.js'
import { missingTest, type RecordChunk, type RecordSource } from './records.js'
import { type OutputData, type OutputSpec, RowStore } from './row-store.js'

/** Float32 holds every whole number up to it. */
const FLOAT32_WHOLE = 2 ** 24
const FLOAT32_MOST = 3.4028235677973366e38

/** A number, text or category of a cell, or what is wrong with it. */
type Read = (cell: Cell) => number | string | { readonly expected: string }

interface ColumnWriter {
  readonly name: string
  readonly cell: number
  readonly output: number
  /** Numbers per row of the output, and where those of this column begin. */
  readonly width: number
  readonly offset: number
  readonly read: Read
  readonly isOneHot: boolean
  readonly fill: number | string | undefined
  /** Where the indicator of missing values is. */
  readonly indicator:
    | { readonly output: number; readonly offset: number; readonly width: number }
    | undefined
}

/** Writes records into stores, as encoders say. */
export class RowEncoder {
  readonly outputs: readonly OutputSpec[]
  readonly #writers: readonly ColumnWriter[]
  readonly #isMissing: (cell: Cell) => boolean

  constructor(
    private readonly source: RecordSource,
    layout: Layout,
    encoders: Encoders,
    missingValues: readonly string[] | undefined,
  ) {
    this.#isMissing = missingTest(missingValues)
    const { outputs, writers } = plan(source.owner, layout, encoders)
    this.outputs = outputs
    this.#writers = writers
  }

  newStore(capacity: number): RowStore {
    return new RowStore(this.outputs, capacity)
  }

  /** Adds the records of a chunk to a store. @throws REG_DATA_CELL for the first bad cell */
  write(chunk: RecordChunk, store: RowStore): void {
    for (const [index, record] of chunk.records.entries()) {
      const row = store.push()
      for (const writer of this.#writers)
        this.#writeCell(writer, record, row, store, chunk, index)
    }
  }

  #writeCell(
    writer: ColumnWriter,
    record: readonly Cell[],
    row: number,
    store: RowStore,
    chunk: RecordChunk,
    index: number,
  ): void {
    const cell = record[writer.cell]
    const data = store.data[writer.output] as OutputData
    const at = row * writer.width + writer.offset
    let value: ReturnType<Read>
    if (this.#isMissing(cell)) {
      const { fill, indicator } = writer
      if (fill === undefined)
        throw cellError(this.#place(writer, chunk, index), cell, missingAdvice)
      if (indicator)
        (store.data[indicator.output] as Float32Array)[
          row * indicator.width + indicator.offset
        ] = 1
      value = typeof fill === 'string' || writer.isOneHot ? writer.read(fill) : fill
    } else value = writer.read(cell)
    if (typeof value === 'object')
      throw cellError(this.#place(writer, chunk, index), cell, value.expected)
    if (writer.isOneHot) (data as Float32Array)[at + (value as number)] = 1
    else data[at] = value as never
  }

  #place({ name }: ColumnWriter, chunk: RecordChunk, index: number): CellPlace {
    return { source: this.source, chunk, index, column: name }
  }
}

const missingAdvice =
  "a value, or a rule for missing ones: missing: 'mean', 'median' or { constant: … }"

function plan(owner: string, { features, target, used }: Layout, { columns }: Encoders) {
  const outputs: { -readonly [Key in keyof OutputSpec]: OutputSpec[Key] }[] = []
  const matrix = (name: string) =>
    outputs.push({ name, dtype: 'float32', width: 0, isMatrix: true }) - 1
  const x = features ? matrix('x') : -1
  const y = target ? matrix('y') : -1
  const writers = used.map((column) => {
    const encoder = columns[column.name]
    if (!encoder) {
      const text = `${owner}: the encoders have no column ${quote(column.name)}; they have ${quoteAll(Object.keys(columns))}.`
      throw new DataError('REG_DATA_COLUMN', text, { owner, column: column.name })
    }
    checkEncoder(owner, column, encoder)
    const width = widthOf(encoder)
    const isOneHot = encoder.encode === 'oneHot'
    const { name, cell, role } = column
    const isNamed = role === 'named'
    const dtype = isNamed ? (encoder.dtype ?? 'float32') : 'float32'
    const output = isNamed
      ? outputs.push({ name, dtype, width: 0, isMatrix: isOneHot }) - 1
      : role === 'feature'
        ? x
        : y
    const place = (many: number, inOutput = output) => {
      const spec = outputs[inOutput] as { width: number }
      const offset = spec.width
      spec.width += many
      return { output: inOutput, offset }
    }
    const at = place(width)
    const flag = encoder.indicator
      ? place(
          1,
          isNamed
            ? outputs.push({
                name: `${name}_missing`,
                dtype: 'int32',
                width: 0,
                isMatrix: false,
              }) - 1
            : output,
        )
      : undefined
    return {
      name,
      cell,
      ...at,
      flag,
      isOneHot,
      fill: encoder.fill,
      read: reader(encoder, dtype),
    }
  })
  const widthAt = (output: number) => outputs[output]?.width as number
  return {
    outputs,
    writers: writers.map(({ flag, ...writer }) => ({
      ...writer,
      width: widthAt(writer.output),
      indicator: flag && { ...flag, width: widthAt(flag.output) },
    })),
  }
}

function checkEncoder(
  owner: string,
  { name, role, spec }: UsedColumn,
  encoder: ColumnEncoder,
): void {
  if (spec.type !== undefined && spec.type !== encoder.type) {
    const text = `${owner}: the column ${quote(name)} is declared ${quote(spec.type)}, but its encoder is one of ${quote(encoder.type)}.`
    throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
  }
  if (encoder.type !== 'string' || role === 'named') return
  const text = `${owner}: the column ${quote(name)} is one of texts, which cannot be part of a matrix. Declare it 'category', skip it, or use neither "features" nor "target".`
  throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
}

/** Numbers that an encoded cell takes. */
function widthOf({ categories = [], encode, unknown }: ColumnEncoder): number {
  return encode === 'oneHot' ? categories.length + Number(unknown === 'slot') : 1
}

function reader(encoder: ColumnEncoder, dtype: string): Read {
  const { type, categories = [], unknown } = encoder
  const bad = { expected: expectations[type] }
  const checked =
    (of: (cell: Cell) => number, isRight: (value: number) => boolean, fault = bad) =>
    (cell: Cell) => {
      const value = of(cell)
      if (Number.isNaN(value)) return bad
      return isRight(value) ? value : fault
    }
  const inInt32 = (value: number) => (value | 0) === value
  const int32 = {
    expected: 'a whole number from -2147483648 to 2147483647, as int32 holds it',
  }
  if (type === 'integer') {
    const isExact = (value: number) =>
      Number.isInteger(value) && Math.abs(value) <= FLOAT32_WHOLE
    if (dtype === 'int32') return checked(numberOf, inInt32, int32)
    return checked(numberOf, isExact, {
      expected: `a whole number up to ${FLOAT32_WHOLE}, which float32 holds; type 'number' rounds`,
    })
  }
  if (type === 'boolean') return checked(booleanOf, () => true)
  if (type === 'number' || type === 'date') {
    const of = type === 'date' ? daysOf : numberOf
    if (dtype === 'int32') return checked((cell) => of(cell), inInt32, int32)
    return checked(of, (value) => Math.abs(value) < FLOAT32_MOST, {
      expected: 'a number that float32 holds, below 3.4e38',
    })
  }
  if (type === 'string') return (cell) => textOf(cell) ?? bad
  const indices = new Map(categories.map((name, index) => [name, index]))
  const none = unknown === 'slot' ? categories.length : { expected: namesOf(categories) }
  return (cell) => indices.get(textOf(cell) as string) ?? none
}

function namesOf(categories: readonly string[]): string {
  const some = categories.slice(0, 12).map(quote).join(', ')
  const more = categories.length > 12 ? ` … (${categories.length})` : ''
  return `a category that was fit: ${some}${more}; or unknown: 'slot'`
}
