import type { RunMeters } from './run-meters.js'
import type { SpanTree } from './span-tree.js'

/** A run that is traced. */
export interface TracedRun {
  readonly spans: SpanTree
  readonly meters: RunMeters
  /** A text without keys. */
  readonly safe: (text: string) => string
}
