import { AXES, type Axis, type Range } from '../curves/axis.js'
import type { CurveOptions } from '../curves/curve.js'

/** The most points of a curve where a query does not say. */
const POINTS = 600

/** How a query wants its curves. @returns a sentence where it asks for what there is not */
export function curveQuery(query: URLSearchParams): CurveOptions | string {
  const axis = query.get('axis') ?? 'step'
  if (!(AXES as readonly string[]).includes(axis))
    return `axis is ${JSON.stringify(axis)}; expected ${AXES.join(', ')}.`
  const range = rangeOf(query)
  if (typeof range === 'string') return range
  return {
    smoothing: between(0, Number(query.get('smoothing')), 0.999),
    points: Math.round(between(10, Number(query.get('points') ?? POINTS), 20_000)),
    axis: axis as Axis,
    ...(range && { range }),
  }
}

function rangeOf(query: URLSearchParams): Range | string | undefined {
  const [from, to] = [query.get('from'), query.get('to')]
  if (from === null && to === null) return undefined
  const range = { from: numberOf(from), to: numberOf(to) }
  const isRange = range.from <= range.to
  return isRange
    ? range
    : `from is ${JSON.stringify(from)} and to ${JSON.stringify(to)}; expected two numbers, the lower one first.`
}

const numberOf = (text: string | null): number =>
  text === null || text.trim() === '' ? Number.NaN : Number(text)

function between(least: number, value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : least
}
