import { quote, RegimenError } from '@regimen/core'
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

const KEYS = ['summary', 'results', 'display', 'refreshMs', 'stream'] as const
const REFRESH_MS = { bars: 100, lines: 10_000 }

/**
 * Checks the options and fills them in.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function progressSettings(options: ProgressOptions): ProgressSettings {
  if (typeof options !== 'object' || options === null) {
    const text = `progress was given ${quote(options)}; give an object such as { display: "lines" }.`
    throw new RegimenError('REG_OPTION_INVALID', text, {
      data: { owner: 'progress', found: options },
    })
  }
  const unknown = Object.keys(options).find((key) => !(KEYS as readonly string[]).includes(key))
  if (unknown !== undefined) {
    throw new RegimenError(
      'REG_OPTION_UNKNOWN',
      `progress has no option "${unknown}". It takes ${KEYS.join(', ')}.`,
      { data: { owner: 'progress', option: unknown, options: KEYS } },
    )
  }
  const { summary = true, results = true, stream = process.stdout } = options
  const display = options.display ?? displayOf(stream)
  const refreshMs = options.refreshMs ?? REFRESH_MS[display]
  if (typeof summary !== 'boolean') throw invalid('summary', summary, 'true or false')
  if (typeof results !== 'boolean') throw invalid('results', results, 'true or false')
  if (refreshMs === undefined) throw invalid('display', display, '"bars" or "lines"')
  if (typeof refreshMs !== 'number' || Number.isNaN(refreshMs) || refreshMs < 0) {
    throw invalid('refreshMs', refreshMs, 'milliseconds from 0')
  }
  if (typeof stream?.write !== 'function') throw invalid('stream', stream, 'a writable stream')
  return { summary, results, display, refreshMs, stream }
}

function displayOf(stream: ProgressStream): 'bars' | 'lines' {
  const { CI, TERM } = process.env
  const isInCi = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0'
  return stream?.isTTY === true && !isInCi && TERM !== 'dumb' ? 'bars' : 'lines'
}

function invalid(option: string, found: unknown, wanted: string): RegimenError {
  return new RegimenError(
    'REG_OPTION_INVALID',
    `The option "${option}" of progress is ${quote(found)}; give ${wanted}.`,
    { data: { owner: 'progress', option, found, expected: wanted } },
  )
}
