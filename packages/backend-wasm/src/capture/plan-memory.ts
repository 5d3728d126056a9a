/** A storage that is needed from one operation to another, both included. */
export interface Lifetime {
  readonly bytes: number
  readonly first: number
  readonly last: number
}

/** Where each storage begins in one piece of memory, and how long that is. */
export interface MemoryPlan {
  readonly offsets: readonly number[]
  readonly bytes: number
}

/** Bytes to which places are aligned: a cache line. */
const LINE = 64

/**
 * Places storages so that those needed at the same time do not overlap: the largest first, each at the
 * lowest place that is free for as long as it is needed.
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const offsets = new Array<number>(lifetimes.length).fill(0)
  const bySize = lifetimes.map((_, index) => index)
  bySize.sort((a, b) => sizeAt(lifetimes, b) - sizeAt(lifetimes, a) || a - b)
  const placed: number[] = []
  let bytes = 0
  for (const index of bySize) {
    const { first, last } = lifetimes[index] as Lifetime
    const size = sizeAt(lifetimes, index)
    let offset = 0
    for (const other of placed) {
      const neighbour = lifetimes[other] as Lifetime
      if (neighbour.last < first || neighbour.first > last) continue
      const start = offsets[other] as number
      if (start >= offset + size) break
      offset = Math.max(offset, start + sizeAt(lifetimes, other))
    }
    offsets[index] = offset
    bytes = Math.max(bytes, offset + size)
    insertByOffset(placed, index, offsets)
  }
  return { offsets, bytes }
}

function sizeAt(lifetimes: readonly Lifetime[], index: number): number {
  return Math.ceil((lifetimes[index] as Lifetime).bytes / LINE) * LINE
}

/** Keeps the placed storages in the order of their places. */
function insertByOffset(
  placed: number[],
  index: number,
  offsets: readonly number[],
): void {
  const offset = offsets[index] as number
  let at = placed.length
  while (at > 0 && (offsets[placed[at - 1] as number] as number) > offset) at--
  placed.splice(at, 0, index)
}
