import { printable, type TableColumn, textTable } from '@regimen/core'
import { type Standing, shortNames, valueText } from './standings.js'
import type { SweepPlan } from './sweep-config.js'

/** The trials as a table, the best first. @param width columns of the terminal */
export function sweepTable(
  { monitor, space }: Pick<SweepPlan, 'monitor' | 'space'>,
  trials: readonly Standing[],
  width = Number.MAX_SAFE_INTEGER,
): string {
  const paths = Object.keys(space)
  const names = shortNames(paths)
  const columns: TableColumn[] = [
    { head: 'trial', align: 'right' },
    { head: monitor, align: 'right' },
    { head: 'epochs', align: 'right' },
    { head: 'outcome', align: 'left' },
    ...paths.map((path) => ({ head: names.get(path) ?? path, align: 'right' }) as const),
  ]
  const rows = trials.map(({ number, value, epochs, outcome, values }) => [
    String(number),
    valueText(value),
    String(epochs),
    outcome,
    ...paths.map((path) => printable(valueText(values[path]))),
  ])
  const lines = textTable(columns, rows, { width, widthOf: (text) => text.length })
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
