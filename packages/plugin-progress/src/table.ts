import Table from 'cli-table3'
import { oneLine, truncate, widthOf } from './text.js'

/** A column of a table. */
export interface Column {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Left out where the table is too wide; the rightmost one first. */
  readonly isOptional?: boolean
}

const GAP = 2
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
}

/**
 * Lines of a table of at most `width` columns. Where it is too wide, optional columns are left out
 * and then the first column is cut.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [columns.map(({ head }) => head), ...rows].map((row) => row.map(oneLine))
  const natural = columns.map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ''))))
  const kept = keptColumns(columns, natural, width)
  const widths = kept.map((at) => natural[at] as number)
  widths[0] = Math.max(4, (widths[0] ?? 0) - Math.max(0, totalOf(widths) - width))
  const table = new Table({
    chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths,
    colAligns: kept.map((at) => (columns[at] as Column).align),
  })
  const [head = [], ...body] = cells.map((row) =>
    kept.map((at, place) => truncate(row[at] ?? '', widths[place] as number)),
  )
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth))
  table.push(head, rule, ...body)
  return table
    .toString()
    .split('\n')
    .map((line) => truncate(line.trimEnd(), width))
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
