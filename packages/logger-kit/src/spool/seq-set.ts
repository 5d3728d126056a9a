/** A set of whole numbers that mostly come in runs: kept as ranges. */
export class SeqSet {
  /** Rising, apart from each other. */
  readonly #ranges: [number, number][] = []

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  has(seq: number): boolean {
    const range = this.#ranges[this.#firstEndingFrom(seq)]
    return range !== undefined && range[0] <= seq
  }

  /** Adds `first` to `last`, both included. */
  add(first: number, last = first): void {
    const at = this.#firstEndingFrom(first - 1)
    let [from, to] = [first, last]
    let end = at
    for (; end < this.#ranges.length; end++) {
      const [start, stop] = this.#ranges[end] as [number, number]
      if (start > to + 1) break
      from = Math.min(from, start)
      to = Math.max(to, stop)
    }
    const only = this.#ranges[at]
    if (end === at + 1 && only) [only[0], only[1]] = [from, to]
    else this.#ranges.splice(at, end - at, [from, to])
  }

  #firstEndingFrom(seq: number): number {
    let [low, high] = [0, this.#ranges.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ranges[middle] as [number, number])[1] < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Numbers as ranges, `[1, 2, 3, 7]` as `[[1, 3], [7, 7]]`; neighbours must follow each other. */
export function rangesOf(seqs: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const seq of seqs) {
    const last = ranges.at(-1)
    if (last && seq === last[1] + 1) last[1] = seq
    else ranges.push([seq, seq])
  }
  return ranges
}
