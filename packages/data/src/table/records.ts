import type { Cell } from './cells.js'

/** Some records of a file, in their order. */
export interface RecordChunk {
  readonly file: string
  readonly names: readonly string[]
  /** A cell for each name. */
  readonly records: readonly (readonly Cell[])[]
  /** Line, or number of the row where a format has no lines, of each record; from 1. */
  readonly lines: readonly number[]
}

/** What identifies the content of a file. JSON. */
export type FileIdentity = {
  readonly file: string
  readonly bytes: number
  readonly digest: string
}

/** What tells a changed file cheaply. */
export interface FileStat {
  readonly file: string
  readonly bytes: number
  /** When it was written, in milliseconds. */
  readonly modified: number
}

/** A table in files of any format. */
export interface RecordSource {
  /** The function that the user called, for errors. */
  readonly owner: string
  /** What a record is, for errors: `line` or `row`. */
  readonly unit: 'line' | 'row'
  /** What the files are at the moment, without reading them. @throws REG_DATA_FILE */
  readonly stats: () => Promise<readonly FileStat[]>
  /** Reads all files; returns what they are. Closes what it opened however it ends. */
  readonly read: () => AsyncGenerator<RecordChunk, readonly FileIdentity[], undefined>
}

/** Whether a cell is a missing value. */
export function missingTest(
  values: readonly string[] | undefined,
): (cell: Cell) => boolean {
  const set = new Set(values ?? ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None'])
  return (cell) =>
    cell === null ||
    cell === undefined ||
    (typeof cell === 'string' && set.has(isPadded(cell) ? cell.trim() : cell)) ||
    (typeof cell === 'number' && Number.isNaN(cell))
}

/** Whether a text begins or ends with a space or a control character. Trimming every cell would cost more. */
function isPadded(text: string): boolean {
  return !(text.charCodeAt(0) > 32 && text.charCodeAt(text.length - 1) > 32)
}
