import { planMemory } from './plan-memory.js'
import type { Operation, Storage } from './recording.js'

/** A program as words: every address is that of the storage's number until it is set. */
export interface ProgramWords {
  readonly words: Int32Array
  /** Where addresses of a storage stand in the words, by its number. */
  readonly places: ReadonlyMap<number, readonly number[]>
  /** Where the integer of each draw stands, by the draw's number. */
  readonly drawPlaces: ReadonlyMap<number, number>
}

/** Writes operations as launches that lie one after the other. */
export function programWords(operations: readonly Operation[]): ProgramWords {
  const places = new Map<number, number[]>()
  const drawPlaces = new Map<number, number>()
  const words: number[] = []
  const singles = new Float32Array(1)
  const bits = new Int32Array(singles.buffer)
  for (const operation of operations) {
    const { op, tasks, writes, reads, integers, floats, draw } = operation
    const start = words.length
    words.push(op, 0, tasks)
    for (const number of [...writes, ...reads]) {
      const found = places.get(number) ?? []
      found.push(words.push(0) - 1)
      places.set(number, found)
    }
    for (const integer of integers) words.push(integer)
    if (draw !== undefined) drawPlaces.set(draw, words.length - 1)
    for (const float of floats) {
      singles[0] = float
      words.push(bits[0] as number)
    }
    words[start + 1] = words.length - start
  }
  return { words: Int32Array.from(words), places, drawPlaces }
}

/** Where each storage that the program computes for itself begins in its memory. */
export interface Layout {
  readonly offsets: ReadonlyMap<number, number>
  readonly bytes: number
}

/** Lays out constants, which stay, and what is computed and given to nobody, while it is needed. */
export function layOut(
  operations: readonly Operation[],
  storages: readonly Storage[],
  results: ReadonlySet<number>,
): Layout {
  const lifetimes = new Map<number, { bytes: number; first: number; last: number }>()
  operations.forEach(({ writes, reads }, index) => {
    for (const number of [...writes, ...reads]) {
      const { kind, bytes } = storages[number] as Storage
      if (kind === 'held' || (kind === 'computed' && results.has(number))) continue
      const isConstant = kind === 'constant'
      const known = lifetimes.get(number)
      if (known) known.last = Math.max(known.last, index)
      else {
        const last = isConstant ? operations.length : index
        lifetimes.set(number, { bytes, first: isConstant ? 0 : index, last })
      }
    }
  })
  const plan = planMemory([...lifetimes.values()])
  const offsets = new Map(
    [...lifetimes.keys()].map((number, i) => [number, plan.offsets[i] as number]),
  )
  return { offsets, bytes: plan.bytes }
}
