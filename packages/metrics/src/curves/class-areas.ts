import type { CurvePoint } from './areas.js'
import type { CurveOptions } from './options.js'

/** The area of a class or label, and how often it is true. */
export interface ClassArea {
  readonly area: number
  readonly hits: number
}

type AreaOf = (points: readonly CurvePoint[], all: CurvePoint) => number

/** The curve of a class or label. */
export interface ClassCurve {
  readonly points: readonly CurvePoint[]
  readonly all: CurvePoint
}

/**
 * The areas of classes or labels as one value. Those that are NaN, since all or none are positive, are left out, and
 * `note` receives why.
 */
export function averageArea(
  curves: readonly ClassCurve[],
  areaOf: AreaOf,
  average: NonNullable<CurveOptions['average']>,
  note: (notice: string) => void,
): number | number[] {
  const areas = curves.map(({ points, all }) => ({
    area: areaOf(points, all),
    hits: all.hits,
  }))
  const missing = areas.flatMap(({ area }, index) => (Number.isNaN(area) ? [index] : []))
  const which = areas.length === 1 ? '' : ` of ${missing.join(', ')}`
  const rest =
    average === 'none' || missing.length === areas.length
      ? 'it is NaN'
      : 'left out of the average'
  if (missing.length > 0)
    note(`all targets${which} are the same, which has no curve: ${rest}.`)
  if (average === 'none') return areas.map(({ area }) => area)
  const known = areas.filter(({ area }) => !Number.isNaN(area))
  const weightOf = ({ hits }: ClassArea) => (average === 'weighted' ? hits : 1)
  const whole = known.reduce((sum, one) => sum + weightOf(one), 0)
  return known.reduce((sum, one) => sum + one.area * weightOf(one), 0) / whole
}
