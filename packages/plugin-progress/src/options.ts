import {
  amount,
  flag,
  having,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
} from '@regimen/core'
import type { ProgressStream } from './stream.js'

/** What {@link progress} takes. */
export interface ProgressOptions {
  /** Whether a table of layers or variables comes before a fit. Default true. */
  readonly summary?: boolean
  /** Whether a table of the metrics comes after each run. Default true. */
  readonly results?: boolean
  /**
   * `bars` draws on a terminal, `lines` prints a line now and then. Default: bars on a terminal
   * outside CI, lines elsewhere.
   */
  readonly display?: 'bars' | 'lines'
  /** Milliseconds between two redraws of a bar (default 100), or before the first line (default 10,000). */
  readonly refreshMs?: number
  /** Where to write. Default `process.stdout`. */
  readonly stream?: ProgressStream
}

/** {@link ProgressOptions}, checked and complete. */
export type ProgressSettings = Required<ProgressOptions>

const REFRESH_MS = { bars: 100, lines: 10_000 }

/** The options of {@link ProgressOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('progress', {
  summary: flag()
    .default(true)
    .describe(
      'whether a table of layers (or variables, without a model) is printed before the first batch of a fit',
    ),
  results: flag()
    .default(true)
    .describe('whether a table of the metrics is printed after each run'),
  display: oneOf('bars', 'lines')
    .otherwise('by the stream')
    .describe(
      "`'bars'` on a terminal outside CI, else `'lines'`: a line from time to time and one per epoch",
    ),
  refreshMs: amount()
    .orInfinity()
    .otherwise('100, lines 10,000')
    .describe(
      'milliseconds between two redraws; waits between lines grow to up to six times that',
    ),
  stream: having<ProgressStream>('write')
    .otherwise('`process.stdout`')
    .expecting('a writable stream')
    .describe('where to write'),
} satisfies OptionFieldsOf<ProgressOptions>)

/**
 * Checks the options and fills them in.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function progressSettings(input: ProgressOptions): ProgressSettings {
  const { summary, results, stream = process.stdout, ...others } = options.check(input)
  const { display = displayOf(stream), refreshMs = REFRESH_MS[display] } = others
  return { summary, results, display, refreshMs, stream }
}

function displayOf(stream: ProgressStream): 'bars' | 'lines' {
  const { CI, TERM } = process.env
  const isInCi = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0'
  return stream?.isTTY === true && !isInCi && TERM !== 'dumb' ? 'bars' : 'lines'
}
