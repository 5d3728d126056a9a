import Table from 'cli-table3'
import stringWidth from 'string-width'

/** A column of a table. */
export interface Column {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Left out where the table is too wide; the rightmost one first. */
  readonly isOptional?: boolean
}

const GAP = 2
const LEAST_FIRST_COLUMN = 8
const BORDERS = ['top', 'bottom', 'left', 'mid', 'right']
const NO_LINES = Object.fromEntries(
  BORDERS.flatMap((at) => [at, `${at}-mid`, `${at}-left`, `${at}-right`]).map((at) => [at, '']),
)

/**
 * Lines of a table of at most `width` columns. Where it is too wide, optional columns are left out
 * and then the first one is cut.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [columns.map(({ head }) => head), ...rows]
  const natural = columns.map((_, at) =>
    Math.max(...cells.map((row) => stringWidth(row[at] ?? ''))),
  )
  const kept = keptColumns(columns, natural, width)
  const widths = kept.map((at) => natural[at] as number)
  const excess = Math.max(0, totalOf(widths) - width)
  widths[0] = Math.max(LEAST_FIRST_COLUMN, (widths[0] ?? 0) - excess)
  const table = new Table({
    chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths,
    colAligns: kept.map((at) => (columns[at] as Column).align),
  })
  const [head = [], ...body] = cells.map((row) => kept.map((at) => row[at] ?? ''))
  table.push(
    head,
    widths.map((columnWidth) => '─'.repeat(columnWidth)),
    ...body,
  )
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

function keptColumns(columns: readonly Column[], natural: readonly number[], width: number) {
  let kept = columns.map((_, at) => at)
  for (const at of [...kept].reverse()) {
    if (totalOf(kept.map((column) => natural[column] as number)) <= width) break
    if (columns[at]?.isOptional) kept = kept.filter((column) => column !== at)
  }
  return kept
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1))
}
