import { makeFolder } from '#files'
import type { NodeModules } from './node-files.js'
import type { TraceSink } from './stopwatch.js'
import { TRACE_HEAD, TRACE_TAIL, TraceEvents } from './trace-events.js'

const CHUNK_CHARACTERS = 65_536
const MAX_BYTES = 100_000_000

/** How much is written, and what is called if it cannot be. */
export interface TraceLimits {
  readonly maxMs: number
  readonly maxBytes?: number
  /** Called once; nothing more is written then. */
  readonly onError: (thrown: unknown) => void
}

/**
 * A trace on its way to a file, which is made with its first chunk. At most a chunk of it is in memory,
 * and the file is whole JSON after each chunk, however the process ends.
 */
export class TraceFile implements TraceSink {
  /** Asked for when the file is made. */
  readonly #pathOf: () => string
  #path: string | undefined
  /** Whether a limit ended the trace before the run. */
  isCut = false
  /** Whether it could not be written to its end. */
  hasFailed = false
  readonly #node: NodeModules
  #descriptor: number | undefined
  readonly #limits: TraceLimits
  readonly #events: TraceEvents
  readonly #endMs: number
  #pending = ''
  #position = 0
  #isOpen = true

  constructor(
    node: NodeModules,
    pathOf: () => string,
    process: string,
    startMs: number,
    limits: TraceLimits,
  ) {
    this.#pathOf = pathOf
    this.#node = node
    this.#limits = limits
    this.#endMs = startMs + limits.maxMs
    this.#events = new TraceEvents(process, startMs, (line) => this.#add(line))
  }

  /** Path of the file; `undefined` until it is made. */
  get path(): string | undefined {
    return this.#path
  }

  /** Writes what is still in memory, if there is a file. */
  sync(): void {
    if (this.#isOpen && this.#descriptor !== undefined) this.#flush()
  }

  /** Makes the file with what there is so far, if the first chunk was not full before. */
  open(): void {
    if (this.#isOpen && this.#descriptor === undefined) this.#flush()
  }

  begin(track: string, name: string, atMs: number): void {
    if (!this.#isOpen) return
    if (atMs > this.#endMs || this.#position > (this.#limits.maxBytes ?? MAX_BYTES)) {
      this.isCut = true
      this.close(atMs)
      return
    }
    this.#events.begin(track, name, atMs)
  }

  end(track: string, atMs: number): void {
    if (this.#isOpen) this.#events.end(track, atMs)
  }

  /** Ends all spans and the file. May be called again. */
  close(atMs: number): void {
    if (!this.#isOpen) return
    this.#events.endAll(atMs)
    this.#flush()
    if (this.#isOpen) this.#closeFile()
  }

  /** Ends the file if there is one; if there is none, none is made. May be called again. */
  leave(atMs: number): void {
    if (this.#descriptor === undefined) this.#isOpen = false
    else this.close(atMs)
  }

  #closeFile(): void {
    this.#isOpen = false
    if (this.#descriptor !== undefined) this.#node.fs.closeSync(this.#descriptor)
  }

  #openFile(): number {
    const { fs, path } = this.#node
    this.#path = this.#pathOf()
    makeFolder(path.dirname(this.#path))
    return fs.openSync(this.#path, 'w')
  }

  #add(line: string): void {
    this.#pending +=
      this.#position === 0 && this.#pending === '' ? TRACE_HEAD + line : `,\n${line}`
    if (this.#pending.length >= CHUNK_CHARACTERS) this.#flush()
  }

  /** Writes a chunk over the end of the file, and the end after it. */
  #flush(): void {
    if (this.#pending === '') return
    const chunk = Buffer.from(this.#pending + TRACE_TAIL)
    this.#pending = ''
    try {
      this.#descriptor ??= this.#openFile()
      let written = 0
      while (written < chunk.length) {
        const place = this.#position + written
        written += this.#node.fs.writeSync(
          this.#descriptor,
          chunk,
          written,
          chunk.length - written,
          place,
        )
      }
      this.#position += chunk.length - TRACE_TAIL.length
    } catch (thrown) {
      this.hasFailed = true
      this.#leaveWhole()
      this.#closeFile()
      this.#limits.onError(thrown)
    }
  }

  /** After a chunk of which only a part could be written: the file ends with the chunk before, or is gone. */
  #leaveWhole(): void {
    if (this.#descriptor === undefined) return
    const { fs } = this.#node
    try {
      if (this.#position > 0) {
        fs.ftruncateSync(this.#descriptor, this.#position)
        fs.writeSync(this.#descriptor, TRACE_TAIL, this.#position)
      } else if (this.#path !== undefined) fs.rmSync(this.#path, { force: true })
    } catch {
      // The disk takes nothing at all: what failed first is said.
    }
  }
}
