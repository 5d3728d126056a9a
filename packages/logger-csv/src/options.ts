import type { LoggerOptions } from '@regimen/logger-kit'

/** What `csvLogger` takes. */
export interface CsvLoggerOptions extends LoggerOptions, CsvSettings {}

/** The part of the options that the writer needs. */
export interface CsvSettings {
  /** Folder, relative to `rootDir` unless absolute. Default: `rootDir` itself. */
  readonly dir?: string
  /** Name of the experiment, a folder in `dir`. Default `csv`. */
  readonly name?: string
  /** Folder of the run: a number `N` for `version_N`, or its name. Default: the next number. */
  readonly version?: string | number
  /** Put before the name of each metric, with a hyphen. */
  readonly prefix?: string
  /** How long records are gathered before they are written, in milliseconds. Default 1000. */
  readonly flushMs?: number
}
