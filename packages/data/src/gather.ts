import type { ColumnData } from './columns.js'
import type { ResolvedColumn } from './resolve-columns.js'

/** Rows at least this wide are copied by `set`, narrower ones number by number. */
const WIDE = 32

/** What a tensor of a column's dtype is made of. */
export type BatchData = Float32Array | Int32Array | Uint8Array

/** Some rows of a column, one after the other, in a typed array of the dtype's kind. One copy. */
export function gather(column: ResolvedColumn, rows: Uint32Array): BatchData {
  const batch = emptyBatch(column, rows.length)
  copyRows(column, rows, batch)
  if (column.scale === 1) return batch
  for (let index = 0; index < batch.length; index++) {
    batch[index] = (batch[index] as number) * column.scale
  }
  return batch
}

/** Copies rows of a column into a typed array of any kind, one after the other. */
export function copyRows(
  { data, width }: ResolvedColumn,
  rows: Uint32Array,
  target: ColumnData,
): void {
  let filled = 0
  for (const row of rows) {
    const start = row * width
    if (width >= WIDE) target.set(data.subarray(start, start + width), filled)
    else
      for (let offset = 0; offset < width; offset++)
        target[filled + offset] = data[start + offset] as number
    filled += width
  }
}

function emptyBatch({ dtype, width }: ResolvedColumn, rows: number): BatchData {
  const length = rows * width
  if (dtype === 'float32') return new Float32Array(length)
  return dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length)
}
