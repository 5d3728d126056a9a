import { quote } from '../checks.js'
import type { Columns } from '../columns.js'
import type { RowStore } from './row-store.js'
import { refuseOption } from './table-options.js'

/** The rows of a store as columns of numbers, without a copy. @throws REG_OPTION_INVALID for texts */
export function columnsOf(owner: string, store: RowStore): Columns {
  const entries = store.outputs.map(({ name, dtype, width, isMatrix }, index) => {
    const expected = "another type, or 'skip', for columns of numbers"
    if (dtype === 'string') refuseOption(owner, `columns.${name}`, 'string', expected)
    const shape = isMatrix ? [store.rows, width] : [store.rows]
    return [name, { data: store.dataOf(index), shape, dtype }] as const
  })
  return Object.fromEntries(entries) as Columns
}

/** The texts of a column. @throws REG_OPTION_INVALID if there is none of that name */
export function textsOf(owner: string, store: RowStore, name: string): string[] {
  const index = store.outputs.findIndex((output) => output.name === name)
  const data = index < 0 ? undefined : store.dataOf(index)
  if (Array.isArray(data)) return data
  const names = store.outputs.flatMap((output) =>
    output.dtype === 'string' ? quote(output.name) : [],
  )
  const expected = `a column of the type "string": ${names.join(', ') || 'there is none'}`
  return refuseOption(owner, 'name', name, expected)
}
