import { printable } from '@regimen/core'
import type { Run, RunLibrary, Skipped } from '@regimen/dashboard/runs'
import type { CommandContext } from '../command-context.js'

/** What a command about runs works with. */
export interface RunsContext extends CommandContext {
  readonly library: RunLibrary
  /** The runs that were named. */
  readonly selected: readonly Run[]
}

/** Prints a value as JSON, with NaN and the infinities as texts, as `metrics.jsonl` has them. */
export function writeJson({ streams }: RunsContext, value: unknown): void {
  streams.stdout.write(`${JSON.stringify(value, finite, 2)}\n`)
}

/** Names on stderr what could not be read: it does not end the command. */
export function warnOfFaults({ library, streams }: RunsContext): void {
  const faults = library.runs.flatMap(({ id, faults: all }) =>
    all.map((fault) => `${id}: ${fault}`),
  )
  const skipped = library.skipped.map(({ path, reason }: Skipped) => `${path}: ${reason}`)
  for (const line of [...faults, ...skipped]) streams.stderr.write(`${printable(line)}\n`)
}

function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
