import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'

/** Appends, and follows no link that somebody put in the file's place. */
const APPEND =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0)

/** Which records of a run are delivered: a file that only grows, one range in a line. */
export class Acks {
  readonly done: SeqSet
  /** Sent when the process before this one ended, so that nobody knows whether they arrived. */
  readonly doubtful: SeqSet
  readonly #path: string
  #file: number | undefined

  /** Reads what is there; a torn last line is no acknowledgement. */
  constructor(path: string) {
    this.#path = path
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
    this.done = rangesIn(lines, '')
    this.doubtful = rangesIn(lines, '?')
  }

  /** On disk, safe from a kill, before it returns. @throws if the disk is full */
  add(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    const ranges = rangesOf(seqs)
    for (const [first, last] of ranges) this.done.add(first, last)
    this.#append(ranges.map(([first, last]) => `\n${first} ${last};`))
  }

  /** Remembers that records may have arrived. @throws if the disk is full */
  doubt(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    this.#append(rangesOf(seqs).map(([first, last]) => `\n?${first} ${last};`))
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #append(lines: readonly string[]): void {
    this.#file ??= openSync(this.#path, APPEND, 0o600)
    writeSync(this.#file, lines.join(''))
  }
}

function rangesIn(lines: readonly string[], mark: string): SeqSet {
  const set = new SeqSet()
  for (const line of lines) {
    const [, found, first, last] = /^(\??)(-?\d+) (-?\d+);$/.exec(line) ?? []
    if (found === mark && Number(first) <= Number(last))
      set.add(Number(first), Number(last))
  }
  return set
}

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
    const place = this.#firstEndingFrom(first - 1)
    let [from, to] = [first, last]
    let end = place
    for (; end < this.#ranges.length; end++) {
      const [start, stop] = this.#ranges[end] as [number, number]
      if (start > to + 1) break
      from = Math.min(from, start)
      to = Math.max(to, stop)
    }
    const only = this.#ranges[place]
    if (end === place + 1 && only) [only[0], only[1]] = [from, to]
    else this.#ranges.splice(place, end - place, [from, to])
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
