/** How many of the positives and negatives have at least a score, for falling scores. */
export interface CurvePoint {
  readonly hits: number
  readonly falseAlarms: number
}

/** The points of a curve over all scores that occur; equal scores are one point. */
export function curveOf(
  scores: readonly number[],
  truths: readonly boolean[],
): CurvePoint[] {
  const order = scores.map((_, index) => index)
  order.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0))
  const points: CurvePoint[] = []
  let [hits, falseAlarms] = [0, 0]
  for (const [place, index] of order.entries()) {
    if (truths[index]) hits++
    else falseAlarms++
    const next = order[place + 1]
    if (next === undefined || scores[next] !== scores[index])
      points.push({ hits, falseAlarms })
  }
  return points
}

/**
 * The area under the ROC curve by trapezoids, from its corner to its corner; NaN if all or none are positive.
 *
 * @param all how many positives and negatives there are
 */
export function rocArea(points: readonly CurvePoint[], all: CurvePoint): number {
  let [before, area]: [CurvePoint, number] = [{ hits: 0, falseAlarms: 0 }, 0]
  for (const point of [...points, all]) {
    area += ((point.hits + before.hits) / 2) * (point.falseAlarms - before.falseAlarms)
    before = point
  }
  return area / all.hits / all.falseAlarms
}

/** The area under the curve of precision over recall, in steps; NaN if none is positive. */
export function precisionArea(
  points: readonly CurvePoint[],
  { hits: all }: CurvePoint,
): number {
  let [before, area] = [0, 0]
  for (const { hits, falseAlarms } of points) {
    if (hits > 0) area += ((hits - before) / all) * (hits / (hits + falseAlarms))
    before = hits
  }
  return all === 0 ? Number.NaN : area
}
