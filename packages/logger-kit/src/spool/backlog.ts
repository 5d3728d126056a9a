import { lstatSync } from 'node:fs'
import { basename, join } from 'node:path'
import { countOf, type Entry, recordsOf } from '../record/entry.js'
import { type Overflow, type Queued, RecordQueue } from '../record/record-queue.js'
import type { RecordKind, WriterRecord } from '../writer/records.js'
import type { RunFolder } from './run-folder.js'

/** What a backlog is made of. */
export interface BacklogOptions {
  /** Records that are kept in memory. */
  readonly limit: number
  /** How many of the first records may have been delivered by a process that was killed. */
  readonly doubtful: number
  readonly folder?: RunFolder | undefined
  readonly overflow: Overflow
  mayRepeat(kind: RecordKind): boolean
  onDiskError(thrown: unknown): void
}

/** What waits to be delivered: in memory up to a limit, the rest on disk if there is a spool. */
export class Backlog {
  readonly #options: BacklogOptions
  readonly #folder: RunFolder | undefined
  readonly #queue: RecordQueue
  /** Whether the disk holds entries that are not in memory. */
  #isBehind = false
  /** Whether the last write to the spool failed, so that entries live in memory only. */
  #isDiskFull = false
  /** How many of the next records may have been delivered before. */
  #doubtful: number
  readonly #guessed: number[] = []

  constructor(options: BacklogOptions) {
    this.#options = options
    this.#folder = options.folder
    this.#doubtful = options.doubtful
    this.#queue = new RecordQueue(options.limit, options.overflow)
  }

  /** Records in memory. */
  get size(): number {
    return this.#queue.size
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
    if (segment !== undefined && (this.#isBehind || this.#queue.isFull)) {
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
    return this.#queue.peek()
  }

  shift(): void {
    this.#queue.shift()
  }

  /** Makes room by giving up metrics that no disk has, if there are too many. */
  shrink(): void {
    this.#queue.shrink()
  }

  #store(entries: readonly Entry[]): number | undefined {
    if (!this.#folder) return undefined
    try {
      const segment = this.#folder.segments.append(entries)
      this.#isDiskFull = false
      return segment
    } catch (thrown) {
      if (!this.#isDiskFull) this.#options.onDiskError(thrown)
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
    if (isAmongFirst && this.#options.mayRepeat(kind)) this.#guessed.push(seq)
    return (
      this.#options.mayRepeat(kind) &&
      (isAmongFirst || !!this.#folder?.acks.doubtful.has(seq))
    )
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
      this.#options.onDiskError(thrown)
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
}

/** Whether nothing else is there, such as a link; if nothing is, nothing can be sent either. */
function isNothingBut(path: string, is: 'isDirectory' | 'isFile'): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.[is]() ?? true
}
