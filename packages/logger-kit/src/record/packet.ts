import type { LogRecord, MetricsContent } from '@regimen/core'
import type { LooseEntry, MetricsEntry } from './entry.js'

type MetricsRecord = Extract<LogRecord, { kind: 'metrics' }>

/**
 * Entries on their way to another thread. Metrics are numbers, since cloning objects is what costs
 * the training thread most: `seq time step epoch flavour count` and then `name value` for each.
 */
export interface Packet {
  /** Metric names that are new, in the order of their numbers. */
  readonly names: readonly string[]
  readonly numbers: Float64Array<ArrayBuffer>
  readonly others: readonly LooseEntry[]
}

const HEAD = 6
const SOURCES: readonly MetricsContent['source'][] = ['train', 'validation', 'test']

/** Packs entries. What is pushed here is copied, so nobody can change it later. */
export class Packer {
  readonly #numberOf = new Map<string, number>()
  #names: string[] = []
  #numbers = new Float64Array(4096)
  #length = 0
  #others: LooseEntry[] = []
  readonly #writtenName: (name: string) => string
  /** Entries since the last {@link take}. */
  size = 0

  /** @param writtenName how a name is written, called once for each */
  constructor(writtenName: (name: string) => string = (name) => name) {
    this.#writtenName = writtenName
  }

  /** Gives the number of values. Values that are no numbers are left out. */
  pushMetrics(record: MetricsRecord, seq: number): number {
    const { values } = record
    let offset = this.#length
    const head = offset
    offset += HEAD
    for (const name in values) {
      const value = values[name]
      if (typeof value !== 'number') continue
      if (offset + 2 > this.#numbers.length) this.#grow(offset + 2)
      this.#numbers[offset++] = this.#numberOf.get(name) ?? this.#add(name)
      this.#numbers[offset++] = value
    }
    const count = (offset - head - HEAD) / 2
    if (count <= 0) return 0
    const numbers = this.#numbers
    numbers[head] = seq
    numbers[head + 1] = record.time
    numbers[head + 2] = record.step
    numbers[head + 3] = record.epoch
    numbers[head + 4] =
      SOURCES.indexOf(record.source) * 2 + Number(record.interval === 'epoch')
    numbers[head + 5] = count
    this.#length = offset
    this.size++
    return count
  }

  push(entry: LooseEntry): void {
    this.#others.push(entry)
    this.size++
  }

  /** What has been pushed since the last time. */
  take(): Packet {
    const numbers = this.#numbers.slice(0, this.#length)
    const packet = { names: this.#names, numbers, others: this.#others }
    this.#names = []
    this.#others = []
    this.#length = 0
    this.size = 0
    return packet
  }

  #add(name: string): number {
    const number = this.#numberOf.size
    this.#numberOf.set(name, number)
    this.#names.push(this.#writtenName(name))
    return number
  }

  #grow(needed: number): void {
    const larger = new Float64Array(Math.max(needed, this.#numbers.length * 2))
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}

/** Unpacks what a {@link Packer} packed; needs every packet, in order. */
export class Unpacker {
  readonly #names: string[] = []
  #lastNames: readonly string[] = []

  /** The entries of a packet by rising `seq`. */
  unpack({ names, numbers, others }: Packet): LooseEntry[] {
    for (const name of names) this.#names.push(name)
    const entries: LooseEntry[] = []
    let next = 0
    for (let offset = 0; offset < numbers.length; ) {
      const entry = this.#metricsAt(numbers, offset)
      offset += HEAD + 2 * entry.names.length
      while (next < others.length && (others[next] as LooseEntry).seq < entry.seq) {
        entries.push(others[next++] as LooseEntry)
      }
      entries.push(entry)
    }
    while (next < others.length) entries.push(others[next++] as LooseEntry)
    return entries
  }

  #metricsAt(numbers: Float64Array, offset: number): MetricsEntry {
    const count = numbers[offset + 5] as number
    const flavour = numbers[offset + 4] as number
    const names = this.#namesAt(numbers, offset + HEAD, count)
    const values = new Array<number>(count)
    for (let index = 0; index < count; index++) {
      values[index] = numbers[offset + HEAD + 2 * index + 1] as number
    }
    return {
      kind: 'metrics',
      seq: numbers[offset] as number,
      time: numbers[offset + 1] as number,
      step: numbers[offset + 2] as number,
      epoch: numbers[offset + 3] as number,
      source: SOURCES[flavour >> 1] ?? 'train',
      interval: flavour % 2 === 1 ? 'epoch' : 'step',
      names,
      values,
    }
  }

  /** The list of the entry before if it is the same: one list for thousands of entries. */
  #namesAt(numbers: Float64Array, offset: number, count: number): readonly string[] {
    const last = this.#lastNames
    let isSame = last.length === count
    for (let index = 0; index < count && isSame; index++) {
      isSame = last[index] === this.#names[numbers[offset + 2 * index] as number]
    }
    if (isSame) return last
    const names = new Array<string>(count)
    for (let index = 0; index < count; index++) {
      names[index] = this.#names[numbers[offset + 2 * index] as number] as string
    }
    this.#lastNames = names
    return names
  }
}
