import { downsample } from './downsample.js'
import type { Interval, Series } from './series.js'
import { smooth } from './smooth.js'

/** How curves are to be drawn. */
export interface CurveOptions {
  /** Weight of the moving average, from 0 to below 1. */
  readonly smoothing: number
  /** The most points of a curve. */
  readonly points: number
  /** What runs along the horizontal axis. */
  readonly axis: 'step' | 'epoch'
}

/** A curve to draw; a value that is not finite is `null`. */
export interface Curve {
  readonly run: string
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** {@link y} smoothed over all values, not only those that are drawn; absent without smoothing. */
  readonly smoothed?: readonly (number | null)[]
  /** All values, of which some may not be drawn. */
  readonly count: number
  /** How many of all values are NaN or infinite. */
  readonly notFinite: number
}

/** The curves of one metric. */
export interface Chart {
  readonly name: string
  readonly interval: Interval
  readonly curves: readonly Curve[]
}

/**
 * A curve of a run, smoothed over all values and then thinned out. Only values of steps are smoothed: those of
 * epochs are means already, and few.
 */
export function curveOf(run: string, series: Series, options: CurveOptions): Curve {
  const values = series.values.view()
  const xs = (options.axis === 'step' ? series.steps : series.epochs).view()
  const order = ascending(xs)
  const ys = order ? Float64Array.from(order, (at) => values[at] as number) : values
  const sortedXs = order ? Float64Array.from(order, (at) => xs[at] as number) : xs
  const isSmoothed = options.smoothing > 0 && series.interval === 'step'
  const smoothed = isSmoothed ? smooth(ys, options.smoothing) : undefined
  const kept = downsample(ys, { from: 0, to: ys.length, limit: options.points })
  return {
    run,
    x: kept.map((at) => sortedXs[at] as number),
    y: kept.map((at) => finite(ys[at])),
    ...(smoothed && { smoothed: kept.map((at) => finite(smoothed[at])) }),
    count: values.length,
    notFinite: series.summary().notFinite,
  }
}

/** The curves of several runs, one chart for each metric and interval; validation beside training. */
export function chartsOf(
  runs: readonly { readonly id: string; readonly series: readonly Series[] }[],
  options: CurveOptions,
): Chart[] {
  const charts = new Map<string, { name: string; interval: Interval; curves: Curve[] }>()
  for (const { id, series } of runs) {
    for (const one of series) {
      const { name, interval } = one
      const key = `${interval} ${name}`
      const chart = charts.get(key) ?? { name, interval, curves: [] }
      charts.set(key, chart)
      chart.curves.push(curveOf(id, one, options))
    }
  }
  const bare = (name: string) => name.replace(/^(val|test)_/, '')
  const rank = (name: string) => (/^(machine|lr)[-/]/.test(name) ? 1 : 0)
  return [...charts.values()].sort(
    (one, other) =>
      rank(one.name) - rank(other.name) ||
      bare(one.name).localeCompare(bare(other.name)) ||
      other.name.length - one.name.length ||
      one.interval.localeCompare(other.interval),
  )
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** The order in which numbers ascend; nothing if they do already. */
function ascending(xs: Float64Array): number[] | undefined {
  for (let at = 1; at < xs.length; at++) {
    if ((xs[at] as number) < (xs[at - 1] as number))
      return Array.from(xs, (_, place) => place).sort(
        (one, other) => (xs[one] as number) - (xs[other] as number),
      )
  }
  return undefined
}
