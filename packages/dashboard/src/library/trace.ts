import type { Span } from '../view-data.js'

interface TraceEvent {
  readonly ph?: unknown
  readonly tid?: unknown
  readonly ts?: unknown
  readonly name?: unknown
  readonly args?: { readonly name?: unknown }
}

/**
 * The spans of a trace in Chrome's format, as `@regimen/profiler` writes it: the longest of them.
 *
 * @returns nothing if the text is no trace
 */
export function spansOf(
  text: string,
  limit: number,
): { readonly spans: Span[]; readonly omitted: number } | undefined {
  let events: readonly TraceEvent[]
  try {
    const { traceEvents } = JSON.parse(text) as { traceEvents?: unknown }
    if (!Array.isArray(traceEvents)) return undefined
    events = traceEvents as readonly TraceEvent[]
  } catch {
    return undefined
  }
  const names = new Map<unknown, string>()
  const open = new Map<unknown, { name: string; start: number }[]>()
  const spans: Span[] = []
  for (const { ph, tid, ts, name, args } of events) {
    if (ph === 'M' && name === 'thread_name') names.set(tid, String(args?.name))
    if (typeof ts !== 'number') continue
    const stack = open.get(tid) ?? []
    open.set(tid, stack)
    if (ph === 'B') stack.push({ name: String(name), start: ts })
    const ended = ph === 'E' ? stack.pop() : undefined
    if (!ended) continue
    const duration = (ts - ended.start) / 1000
    const track = names.get(tid) ?? String(tid)
    spans.push({
      ...{ track, name: ended.name, start: ended.start / 1000 },
      ...{ duration, depth: stack.length },
    })
  }
  const longest = spans.toSorted((one, other) => other.duration - one.duration)
  const kept = longest.slice(0, limit).sort((one, other) => one.start - other.start)
  return { spans: kept, omitted: spans.length - kept.length }
}
