import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { countOf, type Entry } from '../record/entry.js'
import { decodeEntry, encodeEntry } from './codec.js'

const SEGMENT_BYTES = 16 * 1024 * 1024
const CHUNK_BYTES = 256 * 1024
const NEWLINE = 10

/** An entry with the number of the file that holds it. */
export interface Stored {
  readonly entry: Entry
  readonly segment: number
}

/** The spool's files of entries: appended to at one end, read and deleted at the other. */
export class Segments {
  readonly #folder: string
  readonly #limit: number
  #writing: { number: number; file: number; size: number } | undefined
  #reading = { segment: 0, offset: 0 }
  /** Records of each file that are not delivered, and so keep it. */
  readonly #pending = new Map<number, number>()
  /** Files that were begun here, all of whose entries are counted. */
  readonly #written = new Set<number>()
  /** Lines that could not be read back. */
  damaged = 0

  constructor(folder: string, segmentBytes = SEGMENT_BYTES) {
    this.#folder = folder
    this.#limit = segmentBytes
  }

  /** Appends entries with one write; after it they are safe from a kill. @throws if the disk is full */
  append(entries: readonly Entry[]): number {
    const text = Buffer.from(entries.map(encodeEntry).join(''))
    const target = this.#target(text.length)
    writeWhole(target, text)
    this.#keep(target.number, entries)
    return target.number
  }

  /** Reads on from where the last call ended: some entries, none at the end. */
  read(): Stored[] {
    for (;;) {
      const { segment, offset } = this.#reading
      const lines = readLines(this.#path(segment), offset)
      if (lines) {
        this.#reading.offset += lines.bytes
        const found = lines.texts.flatMap((text) => this.#decoded(text))
        if (!this.#written.has(segment)) this.#keep(segment, found)
        if (found.length > 0) return found.map((entry) => ({ entry, segment }))
        if (lines.texts.length > 0) continue
      }
      const next = this.numbers().find((number) => number > segment)
      if (next === undefined) return []
      this.#reading = { segment: next, offset: 0 }
      this.#removeIfDone(segment)
    }
  }

  /** Goes on reading at the end: what is on disk now is in memory too. */
  skipToEnd(): void {
    if (!this.#writing) return
    this.#reading = { segment: this.#writing.number, offset: this.#writing.size }
  }

  /** Says that records are delivered; a file without any other is deleted, but for those in use. */
  release(segment: number, count: number): void {
    this.#pending.set(segment, (this.#pending.get(segment) ?? 0) - count)
    this.#removeIfDone(segment)
  }

  /** Numbers of the files that there are, rising. */
  numbers(): number[] {
    const names = readdirSync(this.#folder).filter((name) => /^\d{6,}\.jsonl$/.test(name))
    return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
  }

  close(): void {
    if (this.#writing) closeSync(this.#writing.file)
    this.#writing = undefined
  }

  #keep(segment: number, entries: readonly Entry[]): void {
    const count = entries.reduce((sum, entry) => sum + countOf(entry), 0)
    this.#pending.set(segment, (this.#pending.get(segment) ?? 0) + count)
  }

  #removeIfDone(segment: number): void {
    const isInUse = segment === this.#writing?.number || segment >= this.#reading.segment
    if (isInUse || (this.#pending.get(segment) ?? 0) > 0) return
    this.#pending.delete(segment)
    rmSync(this.#path(segment), { force: true })
  }

  #target(bytes: number): { number: number; file: number; size: number } {
    const open = this.#writing
    if (open && (open.size === 0 || open.size + bytes <= this.#limit)) return open
    const number = open ? open.number + 1 : (this.numbers().at(-1) ?? 0) + 1
    const file = openSync(this.#path(number), 'ax', 0o600)
    this.close()
    this.#written.add(number)
    this.#writing = { number, file, size: 0 }
    return this.#writing
  }

  #decoded(text: string): Entry[] {
    const entry = decodeEntry(text)
    if (entry) return [entry]
    this.damaged++
    return []
  }

  #path(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(6, '0')}.jsonl`)
  }
}

/** A write that the disk has no room for leaves half a line, which the next one must not be joined to. */
function writeWhole(target: { file: number; size: number }, text: Buffer): void {
  let done = 0
  try {
    while (done < text.length) done += writeSync(target.file, text, done)
    target.size += text.length
  } catch (thrown) {
    target.size = fstatSync(target.file).size
    if (done > 0) endTornLine(target)
    throw thrown
  }
}

function endTornLine(target: { file: number; size: number }): void {
  try {
    target.size += writeSync(target.file, '\n')
  } catch {
    // Full to the last byte: reading skips what the next line is joined to.
  }
}

function readLines(
  path: string,
  offset: number,
): { texts: string[]; bytes: number } | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    for (let bytes = CHUNK_BYTES; ; bytes *= 2) {
      const chunk = Buffer.alloc(bytes)
      const size = readSync(file, chunk, 0, bytes, offset)
      const end = chunk.subarray(0, size).lastIndexOf(NEWLINE) + 1
      if (end === 0 && size === bytes) continue
      const texts = chunk.toString('utf8', 0, Math.max(0, end - 1)).split('\n')
      return { texts: texts.filter((text) => text !== ''), bytes: end }
    }
  } finally {
    closeSync(file)
  }
}
