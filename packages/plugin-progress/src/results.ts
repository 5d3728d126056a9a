import { type BestValue, type TableColumn, textTable } from '@regimen/core'
import { flow, formatMetric, widthOf } from './format.js'
import type { Extreme, Range } from './history.js'
import type { ShownMetric } from './shown-metrics.js'

/** A run that has ended. */
export interface RunResult {
  /** How it ended, in words. */
  readonly title: string
  /** Counts and times, each with its unit. */
  readonly facts: readonly string[]
  readonly metrics: readonly ShownMetric[]
  /** Lowest and highest values by name, if there were several. */
  readonly ranges: ReadonlyMap<string, Range>
  /** The best values that plugins watched, if any did. */
  readonly best?: readonly BestValue[]
}

const NAME_AND_LAST: readonly TableColumn[] = [
  { head: 'metric', align: 'left' },
  { head: 'last', align: 'right' },
]
const BEST: readonly TableColumn[] = [{ head: 'best (epoch)', align: 'right' }]
const EXTREMES: readonly TableColumn[] = [
  { head: 'lowest (epoch)', align: 'right', isOptional: true },
  { head: 'highest (epoch)', align: 'right', isOptional: true },
]

/** Title, facts and a table of metrics in at most `width` columns. */
export function resultText(result: RunResult, width: number): string {
  const { title, facts, metrics, ranges, best = [] } = result
  const head = [...flow(title.split(' '), width, ' '), ...flow(facts, width)]
  if (metrics.length === 0 && best.length === 0) return head.join('\n')
  const hasExtremes = metrics.some(([name]) => (ranges.get(name)?.count ?? 0) > 1)
  const hasBest = best.length > 0
  const columns = [
    ...NAME_AND_LAST,
    ...(hasBest ? BEST : []),
    ...(hasExtremes ? EXTREMES : []),
  ]
  const shown = new Map<string, number | undefined>(metrics)
  for (const { monitor } of best) if (!shown.has(monitor)) shown.set(monitor, undefined)
  const rows = [...shown].map(([name, value]) => {
    const { low, high } = ranges.get(name) ?? {}
    return [
      name,
      value === undefined ? '' : formatMetric(value),
      ...(hasBest ? [bestText(best, name)] : []),
      ...(hasExtremes ? [extremeText(low), extremeText(high)] : []),
    ]
  })
  return [...head, '', ...textTable(columns, rows, { width, widthOf })].join('\n')
}

/** The best value of a metric and its epoch, counted from 1; each once if two plugins differ. */
function bestText(best: readonly BestValue[], name: string): string {
  const ofMetric = best.filter(({ monitor }) => monitor === name)
  const texts = ofMetric.map(({ value, epoch }) =>
    extremeText({ value, epoch: epoch + 1 }),
  )
  return [...new Set(texts)].join(', ')
}

function extremeText(extreme: Extreme | undefined): string {
  return extreme === undefined ? '' : `${formatMetric(extreme.value)} (${extreme.epoch})`
}
