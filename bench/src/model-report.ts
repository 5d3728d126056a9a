import { REFERENCE } from './model-contestants.js'
import type { ModelResult } from './model-rounds.js'

/**
 * The results of one model as Markdown: ms per step, how many times PyTorch's, and what the first steps
 * took beyond that.
 */
export function modelTable(title: string, results: readonly ModelResult[]): string {
  const reference = results.find(({ contestant }) => contestant === REFERENCE)
  const of = reference && 'median' in reference ? reference.median : undefined
  const cells = [
    ['contestant', 'best ms', 'median ms', `of ${REFERENCE}'s median`, 'start ms'],
    ...results.map((result) =>
      'reason' in result
        ? [result.contestant, '', '', shortened(result.reason), '']
        : [
            result.contestant,
            digits(result.best),
            digits(result.median),
            of === undefined ? '' : (result.median / of).toFixed(2),
            result.start === undefined ? '' : result.start.toFixed(0),
          ],
    ),
  ]
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...cells.map((row) => (row[column] as string).length)),
  )
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [`### ${title}`, '', lines[0], rule, ...lines.slice(1), ''].join('\n')
}

function digits(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 3 : 1)
}

/** A reason in a cell: one line, without the bars of the table. */
function shortened(reason: string): string {
  const line = (reason.split('\n')[0] ?? '').replaceAll('|', '/')
  return line.length > 90 ? `${line.slice(0, 89)}…` : line
}
