import { printable } from './printable.js'

/** A column of a {@link textTable}. */
export interface TableColumn {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Dropped if the table is too wide; the rightmost first. */
  readonly isOptional?: boolean
  /** Minimum width, in columns of the terminal. */
  readonly minWidth?: number
}

/** Counts the columns that a text takes on a terminal, as the package `string-width` does. */
export type TextWidth = (text: string) => number

/** The space for a {@link textTable}. */
export interface TableRoom {
  /** Columns of the terminal. */
  readonly width: number
  readonly widthOf: TextWidth
}

const GAP = '  '
const MIN_FIRST_WIDTH = 4

/**
 * Lines of a table of at most `width` columns: the heads, a rule and the rows. If it is too wide,
 * optional columns are dropped, then the first column is cut. What does not print is escaped.
 *
 * @example
 * const columns = [{ head: 'name', align: 'left' }, { head: 'params', align: 'right' }] as const
 * textTable(columns, [['dense', '160']], { width: 80, widthOf: (text) => text.length })
 */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width, widthOf }: TableRoom,
): string[] {
  const heads = columns.map(({ head }) => head)
  const cells = [heads, ...rows].map((row) => row.map(printable))
  const natural = columns.map(({ minWidth = 0 }, index) =>
    Math.max(minWidth, ...cells.map((row) => widthOf(row[index] ?? ''))),
  )
  const kept = keptColumns(columns, natural, width)
  const widths = kept.map((index) => natural[index] as number)
  const excess = Math.max(0, totalOf(widths) - width)
  const least = columns[0]?.minWidth ?? MIN_FIRST_WIDTH
  widths[0] = Math.max(least, (widths[0] ?? 0) - excess)

  const lineOf = (row: readonly string[]) => {
    const texts = kept.map((index, place) => {
      const room = widths[place] as number
      const text = truncate(row[index] ?? '', room, widthOf)
      const padding = ' '.repeat(room - widthOf(text))
      return columns[index]?.align === 'right' ? padding + text : text + padding
    })
    return texts.join(GAP)
  }
  const [head = '', ...body] = cells.map(lineOf)
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join(GAP)
  return [head, rule, ...body].map((line) => truncate(line.trimEnd(), width, widthOf))
}

const segmenter = new Intl.Segmenter()

/** A text without colours, cut to at most `width` columns of a terminal; `…` marks the cut. */
export function truncate(text: string, width: number, widthOf: TextWidth): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOf(segment)
    if (used + columns > width - 1) break
    kept += segment
    used += columns
  }
  return `${kept}…`
}

/** Indices of the columns that fit. */
function keptColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number,
): number[] {
  let kept = columns.map((_, index) => index)
  for (const last of [...kept].reverse()) {
    if (totalOf(kept.map((index) => natural[index] as number)) <= width) break
    if (columns[last]?.isOptional) kept = kept.filter((index) => index !== last)
  }
  return kept
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1))
}
