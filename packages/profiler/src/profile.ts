import type { KernelTable } from './kernels.js'
import type { LoopClock } from './loop-clock.js'
import { placeOf } from './phases.js'

/** One line of a profile. Its times do not contain those of lines that were measured inside it. */
export interface ProfileRow {
  /** A phase in words, or the name of a hook. */
  readonly name: string
  /** Id of the plugin in that hook; absent for the phase or hook itself. */
  readonly plugin: string | undefined
  /** How often; `undefined` for the rest of the loop. */
  readonly calls: number | undefined
  readonly totalMs: number
  readonly meanMs: number | undefined
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
}

/** Where the time of one run went. The totals of the rows make up `wallMs`. */
export interface Profile {
  /** What ran: `fit`, `validate`, `test` or `predict`. */
  readonly stage: string
  readonly wallMs: number
  /** In the order of the loop; plugins follow their hook. */
  readonly rows: readonly ProfileRow[]
  /** Whole training batches; `p50Ms` is `undefined` if there were none. */
  readonly steps: {
    readonly count: number
    readonly firstMs: number
    readonly totalMs: number
    readonly p50Ms: number | undefined
  }
  readonly kernels: KernelTable | undefined
}

/** The profile of a clock that has ended. Hooks that only the profiler taps are omitted. */
export function profileOf(
  stage: string,
  { rows, steps, stopwatch }: LoopClock,
  kernels: KernelTable | undefined,
): Profile {
  const hooksWithPlugins = new Map<string, number>()
  for (const { name, plugin, calls } of rows) {
    if (plugin !== undefined) {
      hooksWithPlugins.set(name, Math.max(calls, hooksWithPlugins.get(name) ?? 0))
    }
  }
  const shown = rows.filter(
    ({ name, totalMs }) => totalMs > 0 || hooksWithPlugins.has(name),
  )
  const ordered = shown.sort((a, b) => placeOf(a.name) - placeOf(b.name))
  return {
    stage,
    wallMs: stopwatch.wallMs,
    rows: ordered.map(({ name, plugin, calls, totalMs, durations }) => {
      const known =
        calls || (plugin === undefined && hooksWithPlugins.get(name)) || undefined
      const meanMs = known && totalMs / known
      const [p50Ms, p95Ms] = [durations.quantile(0.5), durations.quantile(0.95)]
      return { name, plugin, calls: known, totalMs, meanMs, p50Ms, p95Ms }
    }),
    steps: {
      count: steps.count,
      firstMs: steps.firstMs,
      totalMs: steps.totalMs,
      p50Ms: steps.durations.quantile(0.5),
    },
    kernels,
  }
}
