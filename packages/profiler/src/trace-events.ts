import { LOOP_TRACK } from './stopwatch.js'

/** What a trace file begins and, at any time, ends with. */
export const TRACE_HEAD = '{"displayTimeUnit":"ms","traceEvents":[\n'
export const TRACE_TAIL = '\n]}\n'

interface Track {
  readonly id: number
  depth: number
}

/**
 * Writes events in Chrome's trace format, one line of JSON each: one track per plugin and one for the
 * loop, with spans that begin and end (`B`, `E`) and never go back in time. Times are microseconds.
 */
export class TraceEvents {
  readonly #tracks = new Map<string, Track>()
  readonly #names = new Map<string, string>()
  readonly #originMs: number
  readonly #write: (line: string) => void

  constructor(process: string, originMs: number, write: (line: string) => void) {
    this.#originMs = originMs
    this.#write = write
    write(metadata('process_name', 0, { name: process }))
    this.#trackOf(LOOP_TRACK)
  }

  begin(track: string, name: string, atMs: number): void {
    const known = this.#trackOf(track)
    known.depth++
    let text = this.#names.get(name)
    if (text === undefined) {
      text = JSON.stringify(name)
      this.#names.set(name, text)
    }
    this.#write(
      `{"ph":"B","pid":1,"tid":${known.id},"ts":${this.#micros(atMs)},"name":${text}}`,
    )
  }

  /** Ends the innermost span of a track, if there is one. */
  end(track: string, atMs: number): void {
    const known = this.#tracks.get(track)
    if (!known || known.depth === 0) return
    known.depth--
    this.#write(`{"ph":"E","pid":1,"tid":${known.id},"ts":${this.#micros(atMs)}}`)
  }

  /** Ends all spans that are open. */
  endAll(atMs: number): void {
    for (const [name, track] of this.#tracks) while (track.depth > 0) this.end(name, atMs)
  }

  #trackOf(name: string): Track {
    const known = this.#tracks.get(name)
    if (known) return known
    const track = { id: this.#tracks.size + 1, depth: 0 }
    this.#tracks.set(name, track)
    this.#write(metadata('thread_name', track.id, { name }))
    this.#write(metadata('thread_sort_index', track.id, { sort_index: track.id }))
    return track
  }

  #micros(atMs: number): number {
    return Math.round((atMs - this.#originMs) * 1e6) / 1000
  }
}

function metadata(name: string, tid: number, args: object): string {
  return JSON.stringify({ ph: 'M', pid: 1, tid, ts: 0, name, args })
}
