import { notice } from '../loader/notice.js'
import { DataError } from './data-error.js'
import type { ColumnEncoder, Encoders } from './encoders.js'
import { changedError, changeOf } from './file-identity.js'
import { ColumnFit } from './fit-column.js'
import { type Layout, layoutOf } from './layout.js'
import {
  type FileIdentity,
  type FileStat,
  missingTest,
  type RecordChunk,
  type RecordSource,
} from './records.js'
import { RowEncoder } from './row-encoder.js'
import type { RowStore } from './row-store.js'
import { refuseOption, type TableOptions } from './table-options.js'

/** How a stream makes batches of rows. */
export interface StreamPlan {
  readonly batchSize: number
  /** Rows that the next one is chosen from. */
  readonly buffer: number
  /** An index below a number. */
  readonly choose: (below: number) => number
}

/** Reads the files of a table: to fit encoders, into memory, or batch by batch. */
export class TableReader {
  /** What the files were when they were last read whole. */
  files: readonly FileIdentity[] | undefined
  /** What a restored state says that they are. */
  expected: readonly FileIdentity[] | undefined
  rows: number | undefined
  #stats: readonly FileStat[] | undefined

  constructor(
    private readonly source: RecordSource,
    private readonly options: TableOptions,
  ) {}

  /** Size of all files. @throws REG_DATA_FILE */
  async bytes(): Promise<number> {
    return (await this.source.stats()).reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Learns encoders from all rows; reads the files only if something has to be learned. */
  async fit(isStream: boolean): Promise<Encoders> {
    const { owner } = this.source
    const isMissing = missingTest(this.options.missingValues)
    let layout: Layout | undefined
    let columns: {
      readonly name: string
      readonly cell: number
      readonly fit: ColumnFit
      readonly isRead: boolean
    }[] = []
    for await (const chunk of this.#chunks()) {
      if (!layout) {
        layout = layoutOf(owner, chunk, this.options, undefined)
        columns = layout.used.map((column) => ({
          ...column,
          fit: new ColumnFit(column),
          isRead: ColumnFit.isNeeded(column),
        }))
        const median = layout.used.find(({ spec }) => spec.missing === 'median')
        if (isStream && median)
          refuseOption(
            owner,
            'missing',
            'median',
            `"mean" or a constant for ${median.name}: a median needs all values in memory, which "stream" avoids`,
          )
        columns = columns.filter(({ isRead }) => isRead)
        if (columns.length === 0) return encodersOf(owner, layout, new Map())
      }
      for (const { name: column, cell: at, fit } of columns)
        for (const [index, record] of chunk.records.entries()) {
          const cell = record[at]
          if (!isMissing(cell))
            fit.add(cell, { source: this.source, chunk, index, column })
        }
    }
    return encodersOf(
      owner,
      layout as Layout,
      new Map(columns.map(({ name, fit }) => [name, fit])),
    )
  }

  /** All rows in memory. */
  async readAll(encoders: Encoders): Promise<RowStore> {
    let encoder: RowEncoder | undefined
    let store: RowStore | undefined
    for await (const chunk of this.#chunks()) {
      encoder ??= this.#encoder(chunk, encoders)
      store ??= encoder.newStore(chunk.records.length)
      encoder.write(chunk, store)
    }
    return store as RowStore
  }

  /** Rows batch by batch, each in a store of its own; memory holds `buffer` rows and a chunk. */
  async *stream(
    encoders: Encoders,
    { batchSize, buffer, choose }: StreamPlan,
  ): AsyncGenerator<RowStore, undefined, undefined> {
    let encoder: RowEncoder | undefined
    let incoming: RowStore | undefined
    let waiting: RowStore | undefined
    let batch: RowStore | undefined
    for await (const chunk of this.#chunks()) {
      encoder ??= this.#encoder(chunk, encoders)
      incoming ??= encoder.newStore(chunk.records.length)
      waiting ??= encoder.newStore(Math.min(buffer, 4096))
      incoming.clear()
      encoder.write(chunk, incoming)
      for (let row = 0; row < incoming.rows; row++) {
        if (buffer > 1 && waiting.rows < buffer) {
          waiting.copyRow(waiting.push(), incoming, row)
          continue
        }
        batch ??= encoder.newStore(batchSize)
        if (buffer === 1) batch.copyRow(batch.push(), incoming, row)
        else {
          const chosen = choose(waiting.rows)
          batch.copyRow(batch.push(), waiting, chosen)
          waiting.copyRow(chosen, incoming, row)
        }
        if (batch.rows < batchSize) continue
        yield batch
        batch = undefined
      }
    }
    while (waiting && encoder && waiting.rows > 0) {
      batch ??= encoder.newStore(batchSize)
      const chosen = choose(waiting.rows)
      batch.copyRow(batch.push(), waiting, chosen)
      waiting.rows--
      waiting.copyRow(chosen, waiting, waiting.rows)
      if (batch.rows < batchSize && waiting.rows > 0) continue
      yield batch
      batch = undefined
    }
    if (batch) yield batch
  }

  /** Says once if files changed whose rows are in memory. */
  async noticeChange(): Promise<void> {
    const now = await this.source.stats().catch(() => undefined)
    if (!now || !this.#stats) return
    const changed = now.find(
      ({ bytes, modified }, index) =>
        bytes !== this.#stats?.[index]?.bytes ||
        modified !== this.#stats[index]?.modified,
    )
    this.#stats = now
    if (!changed) return
    notice(
      'REG_DATA_FILE',
      `${this.source.owner} ${changed.file}`,
      `${this.source.owner}: ${changed.file} was written after it was read. The run goes on with the rows in memory; a later process that resumes it would find other rows.`,
    )
  }

  /** All chunks. @throws REG_DATA_EMPTY, REG_DATA_FILE if files are not what they were */
  async *#chunks(): AsyncGenerator<RecordChunk, void, undefined> {
    const { owner } = this.source
    const stats = await this.source.stats()
    const known = this.files ?? this.expected
    const early = known && changeOf(known, stats)
    if (early) throw changedError(owner, early)
    const chunks = this.source.read()
    let rows = 0
    try {
      for (;;) {
        const { done, value } = await chunks.next()
        if (done) {
          const late = known && changeOf(known, value)
          if (late) throw changedError(owner, late)
          if (rows === 0) throw this.#empty(value)
          this.files = value
          this.rows = rows
          this.#stats = stats
          return
        }
        rows += value.records.length
        if (value.records.length > 0) yield value
      }
    } finally {
      await chunks.return([])
    }
  }

  #empty(files: readonly FileIdentity[]): DataError {
    const { owner } = this.source
    const names = files.map(({ file }) => file).join(', ')
    const isEmpty = files.every(({ bytes }) => bytes === 0)
    const what = isEmpty ? 'is empty' : 'has no row of data'
    return new DataError('REG_DATA_EMPTY', `${owner}: ${names} ${what}.`, {
      owner,
      file: names,
    })
  }

  #encoder(chunk: RecordChunk, encoders: Encoders): RowEncoder {
    const layout = layoutOf(this.source.owner, chunk, this.options, encoders)
    return new RowEncoder(this.source, layout, encoders, this.options.missingValues)
  }
}

function encodersOf(
  owner: string,
  { features, target, used }: Layout,
  fits: ReadonlyMap<string, ColumnFit>,
): Encoders {
  const columns: Record<string, ColumnEncoder> = {}
  for (const column of used)
    columns[column.name] = (fits.get(column.name) ?? new ColumnFit(column)).encoder(owner)
  return { version: 1, features, target, columns }
}
