import type { Axis } from '../curves/axis.js'
import type { Curve } from '../curves/curve.js'
import { smooth } from '../curves/smooth.js'

/** A curve of a report along an axis. It has the points that are drawn, and smooths those. */
export function reportCurve(
  curve: Curve,
  { axis, weight }: { readonly axis: Axis; readonly weight: number },
): Curve {
  const places = axis === 'step' ? curve.x : (curve.places?.[axis] ?? [])
  const points = curve.y.flatMap((y, at) => {
    const x = places[at]
    return typeof x === 'number' ? [{ x, y }] : []
  })
  points.sort((one, other) => one.x - other.x)
  const along = { ...curve, x: points.map(({ x }) => x), y: points.map(({ y }) => y) }
  if (weight === 0) return along
  const smoothed = smooth(
    along.y.map((y) => y ?? Number.NaN),
    weight,
  )
  return {
    ...along,
    smoothed: [...smoothed].map((value) => (Number.isFinite(value) ? value : null)),
  }
}
