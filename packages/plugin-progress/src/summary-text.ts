import type { RunInfo } from '@regimen/core'
import { formatBytes, formatCount } from './format-number.js'
import { type SummaryRow, summaryRows, summaryTotals } from './summary-rows.js'
import { type Column, tableLines } from './table.js'
import { flow } from './text.js'

const COLUMNS: readonly (Column & { readonly cell: (row: SummaryRow) => string })[] = [
  { head: 'name', align: 'left', cell: ({ name }) => name },
  { head: 'params', align: 'right', cell: ({ params }) => formatCount(params) },
  { head: 'shape', align: 'left', isOptional: true, cell: ({ shape }) => shape },
  { head: 'trainable', align: 'left', isOptional: true, cell: ({ trainable }) => trainable },
  { head: 'type', align: 'left', isOptional: true, cell: ({ kind }) => kind },
]

/** The model of a run as a table of at most `width` columns, with the sums below. */
export function summaryText(
  { module, variables }: Pick<RunInfo, 'module' | 'variables'>,
  width: number,
): string {
  const rows = summaryRows(module, variables)
  const { params, trainable, frozen, bytes } = summaryTotals(variables)
  const cells = rows.map((row) => COLUMNS.map(({ cell }) => cell(row)))
  const sums = [
    `${formatCount(params)} params`,
    `${formatCount(trainable)} trainable`,
    `${formatCount(frozen)} non-trainable`,
    formatBytes(bytes),
  ]
  return [...tableLines(COLUMNS, cells, width), '', ...flow(sums, width), ''].join('\n')
}
