import { type CellPlace, cellError } from './cell-error.js'
import type { CellReader } from './cell-reader.js'
import type { Cell } from './cells.js'
import type { Encoders } from './encoders.js'
import type { Layout } from './layout.js'
import { missingTest, type RecordChunk, type RecordSource } from './records.js'
import { type ColumnWriter, rowPlan } from './row-plan.js'
import { type OutputData, type OutputSpec, RowStore } from './row-store.js'

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
    const { outputs, writers } = rowPlan(source.owner, layout, encoders)
    this.outputs = outputs
    this.#writers = writers
  }

  newStore(capacity: number): RowStore {
    return new RowStore(this.outputs, capacity)
  }

  /** Adds the records of a chunk to a store. @throws REG_DATA_CELL for the first bad cell */
  write(chunk: RecordChunk, store: RowStore): void {
    for (let index = 0; index < chunk.records.length; index++) {
      const record = chunk.records[index] as readonly Cell[]
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
    let value: ReturnType<CellReader>
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
