import { count, flag, type OptionFieldsOf, optionSchema } from '@regimen/core'
import { fileFields, type LoggerOptions, loggerFields } from '@regimen/logger-kit'

/** What `csvLogger` takes. */
export interface CsvLoggerOptions extends LoggerOptions, CsvSettings {
  /** Whether the graph of a module with a layers model is written to `graph.json`. Default `true`. */
  readonly logGraph?: boolean
}

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

/** The options of {@link CsvLoggerOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('csvLogger', {
  ...fileFields('csv'),
  flushMs: count()
    .from(1)
    .otherwise('`1000`')
    .describe('milliseconds for which records are collected before they are written'),
  logGraph: flag().default(true).describe('write the graph of a layers model'),
  ...loggerFields('csv-logger'),
} satisfies OptionFieldsOf<CsvLoggerOptions>)
