import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@regimen/core/files'
import { countOf, type Entry } from '../record/entry.js'
import type { Acks } from './acks.js'
import { SeqSet } from './acks.js'
import { decodeEntry, encodeEntry } from './codec.js'
import { Segments } from './segments.js'

const NAME = /^journal-(\d+)\.jsonl$/

/** Entries of one packet, which has been sent to the thread that stores it. */
interface SentFile {
  readonly path: string
  /** Number of the last record in it. */
  readonly last: number
}

/**
 * What the training thread has taken and the writer's thread has not stored yet, on disk beside the
 * spool: so that nothing is lost that `record` returned for, however the process dies.
 */
export class Journal {
  readonly #folder: string
  #open: { readonly path: string; readonly file: number; last: number } | undefined
  #sent: SentFile[] = []

  /** @param folder of the run in the spool; made when the first entry comes */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Safe from a kill when it returns. Cost: one small write. @throws if the disk is full */
  append(entry: Entry): void {
    if (countOf(entry) === 0) return
    const open = this.#open ?? this.#begin(entry.seq)
    try {
      writeSync(open.file, encodeEntry(entry))
      open.last = entry.seq + countOf(entry) - 1
    } catch (thrown) {
      // A line that is torn must not be joined to the next one.
      this.sent()
      throw thrown
    }
  }

  /** What has been appended is on its way to the thread that stores it. */
  sent(): void {
    if (!this.#open) return
    const { path, file, last } = this.#open
    closeSync(file)
    this.#sent.push({ path, last })
    this.#open = undefined
  }

  /** All records up to a number are stored. */
  stored(seq: number): void {
    for (const { path, last } of this.#sent)
      if (last <= seq) rmSync(path, { force: true })
    this.#sent = this.#sent.filter(({ last }) => last > seq)
  }

  #begin(seq: number) {
    const path = join(this.#folder, `journal-${seq}.jsonl`)
    makeFolder(this.#folder, { mode: 0o700 })
    this.#open = { path, file: openSync(path, 'ax', 0o600), last: seq }
    return this.#open
  }
}

/** Puts what a killed process had taken and not stored into the spool. @throws if the disk is full */
export function adoptJournal(folder: string, segments: Segments, acks: Acks): void {
  const names = readdirSync(folder).filter((name) => NAME.test(name))
  if (names.length === 0) return
  const paths = names.map((name) => join(folder, name))
  const entries = paths.flatMap(entriesIn).sort((one, other) => one.seq - other.seq)
  const stored = storedIn(folder)
  const missing = entries.filter(({ seq }) => !stored.has(seq) && !acks.done.has(seq))
  if (missing.length > 0) segments.append(missing)
  for (const path of paths) rmSync(path, { force: true })
}

/** Whole lines only: the last one may be torn. A link is nobody's journal. */
function entriesIn(path: string): Entry[] {
  if (!lstatSync(path).isFile()) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line) => decodeEntry(line) ?? [])
}

/** Numbers of the records in the spool. Cost: reads all of it. */
function storedIn(folder: string): SeqSet {
  const segments = new Segments(folder)
  const stored = new SeqSet()
  for (let found = segments.read(); found.length > 0; found = segments.read()) {
    for (const { entry } of found) stored.add(entry.seq, entry.seq + countOf(entry) - 1)
  }
  return stored
}
