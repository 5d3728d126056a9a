import { quote } from '../checks.js'
import type { ResolvedColumns } from '../resolve-columns.js'

/** A key for each row: the name of a column with one number per row, or a list with one entry per row. */
export type RowKeys = string | ArrayLike<number | string>

/**
 * Rows by their key, in the order in which keys are first met; each list in the order of `order`.
 *
 * @throws TypeError, RangeError for a column that is not there or has more than one number per row,
 *   and for a list of another length
 */
export function rowsByKey(
  keys: RowKeys,
  { rows, byName }: ResolvedColumns,
  { owner, name, order }: { owner: string; name: string; order: ArrayLike<number> },
): Map<number | string, number[]> {
  const values = typeof keys === 'string' ? columnOf(keys) : keys
  if (typeof values !== 'object' || values === null || values.length !== rows) {
    throw new RangeError(
      `The ${name} of ${owner} ${Array.isArray(values) || ArrayBuffer.isView(values) ? `has ${values.length} entries` : `is ${quote(keys)}`}; give the name of a column or ${rows} entries, one per row.`,
    )
  }
  const found = new Map<number | string, number[]>()
  for (let index = 0; index < order.length; index++) {
    const row = order[index] as number
    const key = values[row] as number | string
    if (key === undefined || key === null || Number.isNaN(key))
      throw new RangeError(
        `The ${name} of ${owner} is ${key} in row ${row}; give each row a key.`,
      )
    const list = found.get(key)
    if (list) list.push(row)
    else found.set(key, [row])
  }
  return found

  function columnOf(column: string): ArrayLike<number> {
    const resolved = Object.hasOwn(byName, column) ? byName[column] : undefined
    if (resolved?.width === 1) return resolved.data
    const what = resolved ? `has ${resolved.width} numbers per row` : 'is not there'
    throw new TypeError(
      `The ${name} of ${owner} is the column ${quote(column)}, which ${what}; give one of ${Object.keys(byName).map(quote).join(', ')} with one number per row, or a list.`,
    )
  }
}
