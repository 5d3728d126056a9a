import type { MetricRecord } from '@regimen/logger-kit/writer'

/** Columns that say where a row comes from; they come first. */
const POSITION = ['epoch', 'step', 'source', 'interval']

/** Cells by column. */
export type Cells = Readonly<Record<string, string>>

/** What was logged at once. */
export interface Row {
  /** The same for all values of the row. */
  readonly group: number
  readonly cells: Cells
}

/** One row for all values that were logged at once, in the order of the records. */
export function rowsOf(records: readonly MetricRecord[]): Row[] {
  const rows = new Map<number, Record<string, string>>()
  for (const { group, name, value, epoch, step, source, interval } of records) {
    const known = rows.get(group)
    const cells = known ?? { epoch: `${epoch}`, step: `${step}`, source, interval }
    if (!known) rows.set(group, cells)
    cells[columnOf(name)] = Object.is(value, -0) ? '-0' : String(value)
  }
  return [...rows].map(([group, cells]) => ({ group, cells }))
}

/** The columns of a table, with those of more rows: metrics sorted, after the position. */
export function columnsWith(
  known: readonly string[],
  rows: readonly Row[],
): readonly string[] {
  const all = new Set([...POSITION, ...known])
  for (const { cells } of rows) for (const column of Object.keys(cells)) all.add(column)
  if (all.size === known.length) return known
  const metrics = [...all].filter((column) => !POSITION.includes(column))
  return [...POSITION, ...metrics.sort()]
}

/**
 * Where a program for tables would take what follows for a formula: at the start of a cell, or after
 * what some of them take for the end of one. Marks of {@link headerOf} that are there already count.
 */
const FORMULA = /(^|[;,"\t|])('*[=+\-@])/g
const MARKED = /(^|[;,"\t|])'('*[=+\-@])/g

/** The header of a table, a line. What looks like a formula has a `'` before it, which makes it a text. */
export function headerOf(columns: readonly string[]): string {
  const cells = columns.map((name) => name.replace(FORMULA, "$1'$2"))
  const quoted = cells.map((cell) =>
    /[";,]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell,
  )
  return `${quoted.join(',')}\n`
}

/** The columns that a header lists. */
export function parseHeader(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell,
    )
    .map((cell) => cell.replace(MARKED, '$1$2'))
}

/** A row of a table, a line. Cells hold numbers and words, which need no quotes. */
export function lineOf(columns: readonly string[], cells: Cells): string {
  return `${columns.map((column) => cells[column] ?? '').join(',')}\n`
}

/** Lines of a table with other columns, with nothing in the columns that are new. */
export function widened(
  lines: readonly string[],
  from: readonly string[],
  to: readonly string[],
): string[] {
  const places = to.map((column) => from.indexOf(column))
  return lines.map((line) => {
    const cells = line.split(',')
    return `${places.map((place) => cells[place] ?? '').join(',')}\n`
  })
}

/** A metric has a column of its own even if it is named like a column of the position. */
function columnOf(name: string): string {
  const oneLine = name.replace(/[\r\n]+/g, ' ')
  return POSITION.includes(oneLine) ? `metric/${oneLine}` : oneLine
}
