/** The ranks of values, from 1; equal values have the mean of theirs. */
export function meanRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index)
  order.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0))
  const ranks = Array<number>(values.length).fill(0)
  let first = 0
  for (const [place, index] of order.entries()) {
    const next = order[place + 1]
    if (next !== undefined && values[next] === values[index]) continue
    for (const same of order.slice(first, place + 1))
      ranks[same] = (first + place) / 2 + 1
    first = place + 1
  }
  return ranks
}
