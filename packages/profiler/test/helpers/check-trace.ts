/** One event of a trace file. */
export interface TraceEvent {
  readonly ph: 'B' | 'E' | 'M'
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly name?: string
  readonly args?: { readonly name?: string }
}

/** A span of a trace: its track, name, and times in milliseconds. */
export interface TraceSpan {
  readonly track: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  /** How many spans of the track it lies in. */
  readonly depth: number
}

/**
 * Checks a trace as a viewer reads it: fields, a name for every track, time that never goes back on
 * a track, and, where the trace is whole, an end for every beginning.
 *
 * @returns the spans in the order of their ends
 */
export function checkTrace(text: string, { isWhole = true } = {}): TraceSpan[] {
  const { traceEvents, displayTimeUnit } = JSON.parse(text)
  if (displayTimeUnit !== 'ms') throw new Error('displayTimeUnit is not ms')
  const tracks = new Map<number, string>()
  const lasts = new Map<number, number>()
  const stacks = new Map<number, TraceEvent[]>()
  const spans: TraceSpan[] = []
  for (const event of traceEvents as TraceEvent[]) {
    const { ph, tid, ts, pid, name } = event
    if (pid !== 1 || !Number.isInteger(tid) || !Number.isFinite(ts) || ts < 0) {
      throw new Error(`not an event: ${JSON.stringify(event)}`)
    }
    if (ph === 'M') {
      if (name === 'thread_name') tracks.set(tid, event.args?.name as string)
      continue
    }
    const track = tracks.get(tid)
    if (track === undefined) throw new Error(`track ${tid} has no name`)
    if (ts < (lasts.get(tid) ?? 0)) throw new Error(`time goes back on ${track}: ${ts}`)
    lasts.set(tid, ts)
    const stack = stacks.get(tid) ?? []
    stacks.set(tid, stack)
    if (ph === 'B') {
      if (typeof name !== 'string') throw new Error('a span has no name')
      stack.push(event)
      continue
    }
    const begun = stack.pop()
    if (!begun) throw new Error(`an end without a beginning on ${track}`)
    const times = { startMs: begun.ts / 1000, endMs: ts / 1000 }
    spans.push({ track, name: begun.name as string, ...times, depth: stack.length })
  }
  const open = [...stacks.values()].flat()
  if (isWhole && open.length > 0) throw new Error(`${open.length} spans do not end`)
  return spans
}
