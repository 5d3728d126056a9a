import { metricText, type ShownMetric } from './bar-line.js'
import { formatSeconds } from './format-time.js'
import { oneLine, truncate, widthOf } from './text.js'

/** An epoch that is over. */
export interface EpochSummary {
  readonly label: string
  /** How it ended, where it did not simply end. */
  readonly remark: string | undefined
  readonly batches: number
  readonly seconds: number
  readonly metrics: readonly ShownMetric[]
}

const GAP = '  '

/**
 * The line that stays on the screen: metrics as far as they fit, with `…` for those that do not.
 * Where there is no room for both, the first metric is kept and the time is not.
 */
export function epochLine(summary: EpochSummary, width = Number.POSITIVE_INFINITY): string {
  const { label, remark, batches, seconds } = summary
  const head = remark === undefined ? label : `${label} ${remark} after ${batches} batches`
  const metrics = summary.metrics.map(metricText)
  const parts = [truncate(oneLine(head), width), formatSeconds(seconds), ...metrics]
  if (widthUpTo(parts, 3) > width) parts.splice(1, 1)
  let shown = parts.length
  while (shown > 1 && widthUpTo(parts, shown) > width) shown--
  const line = parts.slice(0, shown).join(GAP)
  return shown < parts.length ? `${line} …` : line
}

/** Columns of the first parts, with room for the mark where others follow. */
function widthUpTo(parts: readonly string[], count: number): number {
  const mark = count < parts.length ? 2 : 0
  return widthOf(parts.slice(0, count).join(GAP)) + mark
}
