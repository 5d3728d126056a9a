import { quote } from '../checks.js'
import { booleanOf, type Cell, daysOf, expectations, numberOf, textOf } from './cells.js'
import type { ColumnEncoder } from './encoders.js'

/** Float32 holds every whole number up to it. */
const FLOAT32_WHOLE = 2 ** 24
const FLOAT32_MOST = 3.4028235677973366e38

/** A number, text or category of a cell, or what is wrong with it. */
export type CellReader = (cell: Cell) => number | string | { readonly expected: string }

/** Reads the cells of a column, as its encoder says, for a tensor of a dtype. */
export function cellReader(encoder: ColumnEncoder, dtype: string): CellReader {
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
