import type { Arguments } from './parse-arguments.js'
import type { Streams } from './streams.js'

/** What a command works with. */
export interface CommandContext {
  readonly given: Arguments
  readonly streams: Streams
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
}
