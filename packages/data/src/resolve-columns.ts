import { quote, quoteAll } from './checks.js'
import {
  type Column,
  type ColumnData,
  type ColumnDtype,
  type Columns,
  isColumnData,
  kindNames,
  kindOf,
  type NestedNumbers,
  product,
  type ShapedColumn,
} from './columns.js'
import { flattenNested } from './nested.js'

/** A column in the one form that the rest of the package works on. */
export interface ResolvedColumn {
  readonly data: ColumnData
  /** Of one row: `[28, 28, 1]`, `[]` for a number. */
  readonly rowShape: readonly number[]
  /** Numbers per row. */
  readonly width: number
  readonly dtype: ColumnDtype
  readonly scale: number
}

/** Columns by name, and how many rows they all have. */
export interface ResolvedColumns {
  readonly rows: number
  readonly byName: Readonly<Record<string, ResolvedColumn>>
}

const SHAPED_KEYS = ['data', 'shape', 'dtype', 'scale']

/**
 * Checks columns and brings them into one form. Typed arrays are not copied.
 *
 * @throws TypeError, RangeError
 */
export function resolveColumns(columns: Columns): ResolvedColumns {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new TypeError(
      `The columns are ${quote(columns)}; give an object such as { x, y }.`,
    )
  }
  if (ArrayBuffer.isView(columns)) {
    throw new TypeError('The columns are one typed array; give it a name: { x: array }.')
  }
  const entries = Object.entries(columns)
  if (entries.length === 0) {
    throw new TypeError('There are no columns; give at least one, such as { x, y }.')
  }
  const resolved = entries.map(
    ([name, column]) => [name, resolveColumn(column, name)] as const,
  )
  return { rows: commonRows(resolved), byName: Object.fromEntries(resolved) }
}

function commonRows(columns: readonly (readonly [string, ResolvedColumn])[]): number {
  const counts = columns.map(([name, { data, width }]) => ({
    name,
    rows: data.length / width,
  }))
  const rows = counts[0]?.rows ?? 0
  if (counts.some((count) => count.rows !== rows)) {
    const found = counts
      .map((count) => `${quote(count.name)} has ${count.rows}`)
      .join(', ')
    throw new RangeError(
      `The columns differ in their number of rows: ${found}. Give every column one entry per row.`,
    )
  }
  if (rows > 0) return rows
  const names = quoteAll(counts.map(({ name }) => name))
  throw new RangeError(`The columns have no rows: ${names}. Give at least one.`)
}

function resolveColumn(column: Column, name: string): ResolvedColumn {
  if (isColumnData(column)) return resolveShaped({ data: column }, name)
  if (Array.isArray(column)) {
    return resolveShaped(flattenNested(column as NestedNumbers, name), name)
  }
  const isPlain = typeof column === 'object' && column !== null && 'data' in column
  if (!isPlain || !isColumnData(column.data)) {
    const found = isPlain ? `has ${quote(column.data)} for data` : `is ${quote(column)}`
    throw new TypeError(
      `Column ${quote(name)} ${found}; give a typed array (${kindNames.join(', ')}), { data, shape } with one, or nested arrays of numbers.`,
    )
  }
  for (const key of Object.keys(column)) {
    if (SHAPED_KEYS.includes(key)) continue
    throw new TypeError(
      `Column ${quote(name)} has the unknown key ${quote(key)}; it takes ${SHAPED_KEYS.join(', ')}.`,
    )
  }
  return resolveShaped(column as ShapedColumn, name)
}

function resolveShaped(column: ShapedColumn, name: string): ResolvedColumn {
  const { data, shape = [data.length], scale } = column
  checkShape(shape, data.length, name)
  const isFloat = kindOf(data).startsWith('Float')
  const dtype = column.dtype ?? (isFloat || scale !== undefined ? 'float32' : 'int32')
  if (dtype !== 'float32') checkWhole(data, dtype, name)
  if (scale !== undefined) checkScale(scale, dtype, name)
  const rowShape = shape.slice(1)
  return { data, rowShape, width: product(rowShape), dtype, scale: scale ?? 1 }
}

function checkShape(shape: readonly number[], length: number, name: string): void {
  const isValid =
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.every((size, axis) => Number.isInteger(size) && size >= (axis === 0 ? 0 : 1))
  if (!isValid) {
    throw new RangeError(
      `Column ${quote(name)} has the shape ${quote(shape)}; give whole numbers, the number of rows first, such as [1000, 28, 28, 1].`,
    )
  }
  if (product(shape) === length) return
  const rows = length / product(shape.slice(1))
  const hint = Number.isInteger(rows) ? ` That is ${rows} rows of such a shape.` : ''
  throw new RangeError(
    `Column ${quote(name)} has the shape ${quote(shape)}, which is ${product(shape)} numbers, but its data has ${length}.${hint} Make shape and data agree.`,
  )
}

function checkWhole(data: ColumnData, dtype: ColumnDtype, name: string): void {
  const owner = `Column ${quote(name)} has the dtype ${quote(dtype)}`
  if (dtype !== 'int32' && dtype !== 'bool') {
    throw new TypeError(`${owner}; give "float32", "int32" or "bool".`)
  }
  if (kindOf(data).startsWith('Float')) {
    throw new TypeError(
      `${owner}, but its data is a ${kindOf(data)}, whose numbers would be cut; give whole numbers in an Int32Array or Uint8Array.`,
    )
  }
  const strange =
    dtype === 'bool' ? data.findIndex((value) => value !== 0 && value !== 1) : -1
  if (strange < 0) return
  throw new RangeError(
    `${owner}, but holds ${data[strange]} at index ${strange}; give 0 and 1.`,
  )
}

function checkScale(scale: number, dtype: ColumnDtype, name: string): void {
  if (!Number.isFinite(scale)) {
    throw new RangeError(
      `Column ${quote(name)} has the scale ${quote(scale)}; give a finite number.`,
    )
  }
  if (dtype === 'float32') return
  throw new TypeError(
    `Column ${quote(name)} has a scale and the dtype ${quote(dtype)}; only float32 is scaled. Leave one of the two out.`,
  )
}
