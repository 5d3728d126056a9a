import { lstatSync } from 'node:fs'
import { basename, join } from 'node:path'
import { countOf, type Entry, recordsOf } from '../record/entry.js'
import type { RecordKind, WriterRecord } from '../writer/records.js'
import type { RunFolder } from './run-folder.js'

/** A record on its way, with the spool file that keeps it until it is delivered. */
export interface Queued {
  readonly record: WriterRecord
  /** Whether it may have been delivered before. */
  isDoubtful: boolean
  /** Absent where it is in memory only. */
  readonly segment: number | undefined
  /** Whether it was read back from disk. */
  readonly isReplayed: boolean
}

/** What becomes of metrics that there is no room for. */
export interface Overflow {
  readonly policy: 'coalesce' | 'drop-oldest'
  dropped(count: number): void
  coalesced(count: number): void
}

/** What waits to be delivered: in memory up to a limit, the rest on disk where there is a spool. */
export class Backlog {
  readonly #limit: number
  readonly #folder: RunFolder | undefined
  readonly #overflow: Overflow
  #queue: Queued[] = []
  #head = 0
  /** Whether the disk holds entries that are not in memory. */
  #isBehind = false
  /** Whether the last write to the spool failed, so that entries live in memory only. */
  #isDiskFull = false
  readonly #onDiskError: (thrown: unknown) => void
  readonly #mayRepeat: (kind: RecordKind) => boolean
  /** How many of the first records may have been delivered by a process that was killed. */
  #doubtful: number
  readonly #guessed: number[] = []

  constructor(parts: {
    limit: number
    doubtful: number
    mayRepeat(kind: RecordKind): boolean
    folder?: RunFolder | undefined
    overflow: Overflow
    onDiskError: (thrown: unknown) => void
  }) {
    this.#limit = parts.limit
    this.#folder = parts.folder
    this.#overflow = parts.overflow
    this.#onDiskError = parts.onDiskError
    this.#mayRepeat = parts.mayRepeat
    this.#doubtful = parts.doubtful
  }

  /** Records in memory. */
  get size(): number {
    return this.#queue.length - this.#head
  }

  get isEmpty(): boolean {
    return this.size === 0 && !this.#isBehind
  }

  /** Reads what an earlier process left. */
  resume(): void {
    this.#isBehind = this.#folder !== undefined
  }

  /** Takes entries. Gives whether they are on disk. */
  push(entries: readonly Entry[]): boolean {
    const segment = this.#store(entries)
    const fits = this.size < this.#limit
    if (segment !== undefined && (this.#isBehind || !fits)) {
      this.#isBehind = true
      return true
    }
    if (segment !== undefined) this.#folder?.segments.skipToEnd()
    for (const entry of entries) this.#enqueue(entry, segment, false)
    return segment !== undefined
  }

  /** The next record, without taking it. */
  peek(): Queued | undefined {
    if (this.size === 0) this.#readBack()
    return this.#queue[this.#head]
  }

  shift(): void {
    this.#head++
    if (this.#head < 1024 || this.#head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #store(entries: readonly Entry[]): number | undefined {
    if (!this.#folder) return undefined
    try {
      const segment = this.#folder.segments.append(entries)
      this.#isDiskFull = false
      return segment
    } catch (thrown) {
      if (!this.#isDiskFull) this.#onDiskError(thrown)
      this.#isDiskFull = true
      return undefined
    }
  }

  #enqueue(entry: Entry, segment: number | undefined, isReplayed: boolean): number {
    const done = this.#folder?.acks.done
    const isDone = done && !done.isEmpty ? (seq: number) => done.has(seq) : undefined
    const records = recordsOf(entry, isReplayed ? isDone : undefined)
    for (const record of records) {
      const isDoubtful = isReplayed && this.#mayHaveArrived(record)
      this.#queue.push({ record, segment, isReplayed, isDoubtful })
    }
    return records.length
  }

  #mayHaveArrived({ seq, kind }: WriterRecord): boolean {
    const isAmongFirst = this.#doubtful-- > 0
    if (isAmongFirst && this.#mayRepeat(kind)) this.#guessed.push(seq)
    return this.#mayRepeat(kind) && (isAmongFirst || !!this.#folder?.acks.doubtful.has(seq))
  }

  #readBack(): void {
    const segments = this.#folder?.segments
    if (!this.#isBehind || !segments) return
    while (this.size === 0) {
      const found = segments.read()
      if (found.length === 0) {
        this.#isBehind = false
        return
      }
      for (const { entry, segment } of found) {
        const relocated = this.#relocated(entry)
        if (!relocated) segments.damaged++
        const count = relocated ? this.#enqueue(relocated, segment, true) : 0
        if (count < countOf(entry)) segments.release(segment, countOf(entry) - count)
      }
      this.#keepGuesses()
    }
  }

  /** The next process knows no more of the kill: what may have arrived then is remembered. */
  #keepGuesses(): void {
    try {
      this.#folder?.acks.doubt(this.#guessed.splice(0))
    } catch (thrown) {
      this.#onDiskError(thrown)
    }
  }

  /**
   * A spool may be delivered from another place than it was written in, and by nobody's word from
   * any other: no file outside of it is sent, by a path or by a link.
   */
  #relocated(entry: Entry): Entry | undefined {
    if (!('file' in entry) || !this.#folder) return entry
    const folder = join(this.#folder.path, 'files')
    const file = join(folder, basename(String(entry.file)))
    const isReal = isNothingBut(folder, 'isDirectory') && isNothingBut(file, 'isFile')
    return isReal ? { ...entry, file } : undefined
  }

  /** Makes room by giving up metrics that no disk has, where there are too many. */
  shrink(): void {
    if (this.size <= this.#limit) return
    const waiting = this.#queue.slice(this.#head)
    const kept = this.#overflow.policy === 'coalesce' ? newestOf(waiting) : waiting
    this.#overflow.coalesced(waiting.length - kept.length)
    let excess = kept.length - this.#limit
    this.#queue = kept.filter((one) => !(isVolatile(one) && excess-- > 0))
    this.#overflow.dropped(kept.length - this.#queue.length)
    this.#head = 0
  }
}

/** Whether nothing else is there, such as a link; where nothing is, nothing can be sent either. */
function isNothingBut(path: string, is: 'isDirectory' | 'isFile'): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.[is]() ?? true
}

const isVolatile = ({ record, segment }: Queued): boolean =>
  record.kind === 'metric' && segment === undefined

/** Without metrics in memory for which a newer value of the same name waits. */
function newestOf(waiting: readonly Queued[]): Queued[] {
  const seen = new Set<string>()
  const kept = [...waiting].reverse().filter((one) => {
    if (!isVolatile(one) || one.record.kind !== 'metric') return true
    const { name, source, interval } = one.record
    const key = `${source} ${interval} ${name}`
    return !seen.has(key) && seen.add(key) !== undefined
  })
  return kept.reverse()
}
