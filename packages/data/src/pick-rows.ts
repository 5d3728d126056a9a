import {
  type Column,
  type Columns,
  emptyLike,
  isColumnData,
  type NestedNumbers,
  type ShapedColumn,
} from './columns.js'
import { copyRows } from './gather.js'
import type { ResolvedColumn, ResolvedColumns } from './resolve-columns.js'

/** Columns of the same kinds with some of the rows, copied. */
export function pickRows<C extends Columns<C>>(
  columns: C,
  byName: ResolvedColumns['byName'],
  rows: Uint32Array,
): Record<string, Column> {
  return Object.fromEntries(
    Object.entries<Column>(columns).map(([name, column]) => [
      name,
      pick(column, byName[name] as ResolvedColumn, rows),
    ]),
  )
}

function pick(column: Column, resolved: ResolvedColumn, rows: Uint32Array): Column {
  if (Array.isArray(column)) {
    return Array.from(
      rows,
      (row) => (column as NestedNumbers)[row] as number | NestedNumbers,
    )
  }
  const data = emptyLike(resolved.data, rows.length * resolved.width)
  copyRows(resolved, rows, data)
  if (isColumnData(column)) return data
  const shaped = column as ShapedColumn
  return { ...shaped, data, shape: [rows.length, ...resolved.rowShape] }
}
