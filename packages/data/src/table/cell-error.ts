import { quote } from '../checks.js'
import type { Cell } from './cells.js'
import { DataError } from './data-error.js'
import type { RecordChunk, RecordSource } from './records.js'

/** Where a cell is. */
export interface CellPlace {
  readonly source: Pick<RecordSource, 'owner' | 'unit'>
  readonly chunk: RecordChunk
  /** Of the record in the chunk. */
  readonly index: number
  readonly column: string
}

/** The error of a cell that cannot be used. */
export function cellError(
  { source, chunk, index, column }: CellPlace,
  cell: Cell,
  expected: string,
): DataError {
  const { owner, unit } = source
  const line = chunk.lines[index]
  const place = `${chunk.file}, ${unit} ${line}, column ${quote(column)}`
  const found = cell instanceof Date ? 'an invalid date' : quote(cell)
  return new DataError(
    'REG_DATA_CELL',
    `${owner}: ${place}: found ${found}; expected ${expected}.`,
    { owner, file: chunk.file, [unit]: line, column, found: cell, expected },
  )
}
