import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { rangesOf, SeqSet } from './seq-set.js'

/** Appends, and follows no link that somebody put in the file's place. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

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

  /** On disk, safe from a kill, before it returns. @throws where the disk is full */
  add(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    const ranges = rangesOf(seqs)
    for (const [first, last] of ranges) this.done.add(first, last)
    this.#append(ranges.map(([first, last]) => `\n${first} ${last};`))
  }

  /** Remembers that records may have arrived. @throws where the disk is full */
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
    if (found === mark && Number(first) <= Number(last)) set.add(Number(first), Number(last))
  }
  return set
}
