/** The value below which a share of the values lies, between neighbours by proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] as number
  const above = sorted[Math.ceil(position)] as number
  return below + (above - below) * (position - Math.floor(position))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The slope of the line through the points (x, y) that has the least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanOf = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const x = meanOf((point) => point[0])
  const y = meanOf((point) => point[1])
  const covariance = meanOf((point) => (point[0] - x) * (point[1] - y))
  return covariance / meanOf((point) => (point[0] - x) ** 2)
}
