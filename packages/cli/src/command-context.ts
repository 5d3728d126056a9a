import type { Arguments } from './arguments.js'

/** Where the command line writes. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined }
}

/** What a command works with. */
export interface CommandContext {
  readonly args: Arguments
  readonly streams: Streams
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
}
