import type { Arguments } from './parse-arguments.js'
import type { Streams } from './terminal.js'

/** What a command works with. */
export interface CommandContext {
  readonly given: Arguments
  readonly streams: Streams
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
}
