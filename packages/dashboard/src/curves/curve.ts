import { type Axis, placesOf, placesWithin, type Range } from './axis.js'
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
  readonly axis: Axis
  /** The part of that axis to draw, with the next point on either side of it; absent: all of it. */
  readonly range?: Range
  /** Other axes for {@link Curve.places}. */
  readonly others?: readonly Axis[]
}

/** The series of a run. */
export interface RunSeries {
  readonly id: string
  readonly series: readonly Series[]
  /** In milliseconds since 1970. */
  readonly startedAt?: number | undefined
}

/** A curve to draw; a value that is not finite is `null`. */
export interface Curve {
  readonly run: string
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** {@link y} smoothed over all values, not only those that are drawn; absent without smoothing. */
  readonly smoothed?: readonly (number | null)[]
  /** All values in the range, of which some may not be drawn. */
  readonly count: number
  /** How many of all values of the run, in the range or not, are NaN or infinite. */
  readonly notFinite: number
  /** Where the points are along other axes, if they were asked for; `null` where a record carries no time. */
  readonly places?: Partial<Readonly<Record<Axis, readonly (number | null)[]>>>
}

/** The curves of one metric. */
export interface Chart {
  readonly name: string
  readonly interval: Interval
  readonly curves: readonly Curve[]
}

/**
 * A curve of a run, smoothed over all values, then cut to the range and thinned out. Only values of steps are
 * smoothed: those of epochs are means already, and few. Values without a place on the axis are left out.
 */
export function curveOf(
  { id, startedAt }: Pick<RunSeries, 'id' | 'startedAt'>,
  series: Series,
  { axis, smoothing, points, range, others }: CurveOptions,
): Curve {
  const values = series.values.view()
  const places = placesOf(series, axis, startedAt)
  const order = ascending(places)
  const y = order ? Float64Array.from(order, (at) => values[at] as number) : values
  const x = order ? Float64Array.from(order, (at) => places[at] as number) : places
  const isSmoothed = smoothing > 0 && series.interval === 'step'
  const smoothed = isSmoothed ? smooth(y, smoothing) : undefined
  const [first, end] = range ? placesWithin(x, range) : [0, x.length]
  const from = Math.max(0, first - 1)
  const to = Math.min(x.length, end + 1)
  const kept = downsample(y, { from, to, limit: points })
  return {
    run: id,
    x: kept.map((at) => x[at] as number),
    y: kept.map((at) => finite(y[at])),
    ...(smoothed && { smoothed: kept.map((at) => finite(smoothed[at])) }),
    count: end - first,
    notFinite: series.summary().notFinite,
    ...(others && {
      places: placesAlong(
        others,
        kept.map((at) => order?.[at] ?? at),
        (other) => placesOf(series, other, startedAt),
      ),
    }),
  }
}

function placesAlong(
  axes: readonly Axis[],
  kept: readonly number[],
  along: (axis: Axis) => Float64Array,
): Curve['places'] {
  return Object.fromEntries(
    axes.map((axis) => {
      const places = along(axis)
      return [axis, kept.map((at) => finite(places[at]))]
    }),
  )
}

/** The curves of several runs, one chart for each metric and interval; validation beside training. */
export function chartsOf(runs: readonly RunSeries[], options: CurveOptions): Chart[] {
  const charts = new Map<string, { name: string; interval: Interval; curves: Curve[] }>()
  for (const run of runs) {
    for (const one of run.series) {
      const { name, interval } = one
      const key = `${interval} ${name}`
      const chart = charts.get(key) ?? { name, interval, curves: [] }
      charts.set(key, chart)
      chart.curves.push(curveOf(run, one, options))
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

/** The order in which numbers ascend, without those that are NaN; nothing if they do already. */
function ascending(xs: Float64Array): number[] | undefined {
  let before = Number.NEGATIVE_INFINITY
  for (let at = 0; at < xs.length; at++) {
    const x = xs[at] as number
    if (!(x >= before))
      return Array.from(xs, (_, place) => place)
        .filter((place) => !Number.isNaN(xs[place]))
        .sort((one, other) => (xs[one] as number) - (xs[other] as number))
    before = x
  }
  return undefined
}
