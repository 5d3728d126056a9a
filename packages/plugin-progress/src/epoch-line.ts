import { metricText, type ShownMetric } from './bar-line.js'
import { formatSeconds } from './format-time.js'
import { flow, oneLine } from './text.js'

/** An epoch that is over. */
export interface EpochSummary {
  readonly label: string
  /** How it ended, where it did not simply end. */
  readonly remark: string | undefined
  readonly batches: number
  readonly seconds: number
  readonly metrics: readonly ShownMetric[]
}

const INDENT = '  '

/** What stays on the screen: label, time and every metric, on as many lines as that takes. */
export function epochLines(summary: EpochSummary, width = Number.POSITIVE_INFINITY): string[] {
  const { label, remark, batches, seconds } = summary
  const head = remark === undefined ? label : `${label} ${remark} after ${batches} batches`
  const metrics = summary.metrics.map(metricText)
  const lines = flow([oneLine(head), formatSeconds(seconds), ...metrics], width - INDENT.length)
  return lines.map((line, at) => (at === 0 ? line : INDENT + line))
}
