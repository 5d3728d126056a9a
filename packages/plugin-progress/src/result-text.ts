import { formatMetric } from './format-number.js'
import type { Extreme, Range } from './metric-ranges.js'
import { type Column, tableLines } from './table.js'
import { flow } from './text.js'

/** A run that is over. */
export interface RunResult {
  /** How it ended, in words. */
  readonly title: string
  /** Counts and times, each with its unit. */
  readonly facts: readonly string[]
  readonly metrics: readonly (readonly [name: string, value: number])[]
  /** Lowest and highest values by name, where there were several. */
  readonly ranges: ReadonlyMap<string, Range>
}

const NAME_AND_LAST: readonly Column[] = [
  { head: 'metric', align: 'left' },
  { head: 'last', align: 'right' },
]
const EXTREMES: readonly Column[] = [
  { head: 'lowest (epoch)', align: 'right', isOptional: true },
  { head: 'highest (epoch)', align: 'right', isOptional: true },
]

/** Title, facts and a table of metrics in at most `width` columns. */
export function resultText({ title, facts, metrics, ranges }: RunResult, width: number): string {
  const head = [...flow(title.split(' '), width, ' '), ...flow(facts, width)]
  if (metrics.length === 0) return head.join('\n')
  const hasExtremes = metrics.some(([name]) => (ranges.get(name)?.count ?? 0) > 1)
  const columns = hasExtremes ? [...NAME_AND_LAST, ...EXTREMES] : NAME_AND_LAST
  const rows = metrics.map(([name, value]) => {
    const { low, high } = ranges.get(name) ?? {}
    return [name, formatMetric(value), extremeText(low), extremeText(high)]
  })
  const cells = rows.map((row) => row.slice(0, columns.length))
  return [...head, '', ...tableLines(columns, cells, width)].join('\n')
}

function extremeText(extreme: Extreme | undefined): string {
  return extreme === undefined ? '' : `${formatMetric(extreme.value)} (${extreme.epoch})`
}
