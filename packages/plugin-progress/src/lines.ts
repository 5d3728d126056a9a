import { printable } from '@regimen/core'
import {
  flow,
  formatMetric,
  formatRate,
  formatSeconds,
  truncate,
  widthOf,
} from './format.js'
import type { ShownMetric } from './shown-metrics.js'

/** How far a task is and how fast it goes. */
export interface BarState {
  readonly label: string
  readonly done: number
  /** `undefined` if it is not known. */
  readonly total: number | undefined
  readonly perSecond: number | undefined
  readonly secondsLeft: number | undefined
  readonly metrics: readonly ShownMetric[]
}

/** How the two ends of a bar are painted. */
export interface BarStyle {
  readonly full: (columns: number) => string
  readonly empty: (columns: number) => string
}

const GAP = '  '
const MIN_BAR = 6
const MAX_BAR = 30
/** A bar grows by this much, so that it does not tremble with the digits beside it. */
const BAR_STEP = 4

/**
 * One line of at most `width` columns. What matters most is kept if there is little room: label,
 * count, the first metric, the bar, the time left, the rate, then further metrics.
 */
export function barLine(state: BarState, width: number, style: BarStyle): string {
  const count = countText(state)
  const room = width - widthOf(count) - GAP.length
  const label = room > 3 ? truncate(printable(state.label), room) : ''
  if (label === '') return truncate(count, width)
  let left = room - widthOf(label)
  const take = (columns: number): boolean => {
    if (columns + GAP.length > left) return false
    left -= columns + GAP.length
    return true
  }
  const takeText = (text: string): string[] => (take(widthOf(text)) ? [text] : [])
  const [first, ...others] = state.metrics.map(metricText)
  const metrics = first === undefined ? [] : takeText(first)
  const hasBar = state.total !== undefined && take(MIN_BAR)
  const timeLeft =
    state.secondsLeft === undefined ? [] : takeText(timeText(state.secondsLeft))
  const rate = state.perSecond === undefined ? [] : takeText(formatRate(state.perSecond))
  for (const metric of metrics.length > 0 ? others : []) {
    const taken = takeText(metric)
    if (taken.length === 0) break
    metrics.push(...taken)
  }
  const columns = Math.min(MAX_BAR, MIN_BAR + left - (left % BAR_STEP))
  const bar = hasBar ? [barText(state, columns, style)] : []
  return [label, ...bar, count, ...rate, ...timeLeft, ...metrics].join(GAP)
}

/** The same as a line of a log: everything, however wide, without the bar. */
export function plainLine(state: BarState): string {
  const { secondsLeft, perSecond } = state
  const texts = [printable(state.label), countText(state)]
  if (perSecond !== undefined) texts.push(formatRate(perSecond))
  if (secondsLeft !== undefined) texts.push(timeText(secondsLeft))
  return [...texts, ...state.metrics.map(metricText)].join(GAP)
}

/** An epoch that has ended. */
export interface EpochSummary {
  readonly label: string
  /** How it ended, where it was not completed. */
  readonly remark: string | undefined
  readonly batches: number
  readonly seconds: number
  readonly metrics: readonly ShownMetric[]
}

const INDENT = '  '

/** What stays on the screen: label, time and every metric, on as many lines as that takes. */
export function epochLines(
  summary: EpochSummary,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const { label, remark, batches, seconds } = summary
  const head =
    remark === undefined ? label : `${label} ${remark} after ${batches} batches`
  const metrics = summary.metrics.map(metricText)
  const lines = flow(
    [printable(head), formatSeconds(seconds), ...metrics],
    width - INDENT.length,
  )
  return lines.map((line, index) => (index === 0 ? line : INDENT + line))
}

/** A metric with its name: `loss 0.1234`. */
export function metricText([name, value]: ShownMetric): string {
  return `${printable(name)} ${formatMetric(value)}`
}

function countText({ done, total }: BarState): string {
  if (total === undefined) return done === 1 ? '1 batch' : `${done} batches`
  return `${String(done).padStart(String(total).length)}/${total}`
}

function timeText(seconds: number): string {
  const text = seconds < 60 ? `${Math.ceil(seconds)} s` : formatSeconds(seconds)
  return `${text} left`
}

function barText(
  { done, total = 1 }: BarState,
  columns: number,
  style: BarStyle,
): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.floor(share * columns)
  return style.full(full) + style.empty(columns - full)
}
