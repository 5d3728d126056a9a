import type { PluginContext, PluginRecipe } from '@regimen/core'
import type { BackPressure } from '../record/record-queue.js'
import type { WriterFactory } from '../writer/log-writer.js'

/** The options that every logger has, for its own options to extend. */
export interface LoggerOptions {
  /** Tells two loggers of a kind apart. Default: the logger's name. */
  readonly id?: string
  /** How long the end of a run waits for what has not been delivered. Default 60 000. */
  readonly deadlineMs?: number
  /** Records kept in memory. Default 10 000; with a spool the others wait on disk. */
  readonly maxQueue?: number
  /** Default `'coalesce'`. */
  readonly backPressure?: BackPressure
  /** Whether the writer runs in a separate thread. Default `true`. */
  readonly thread?: boolean
}

/** What a logger's factory gives to the kit. */
export interface LoggerDefinition<Options> {
  /** kebab-case, the factory's name: `comet-logger` for `cometLogger`. */
  readonly name: string
  /**
   * URL of the module that exports `writer`, for the thread to load:
   * `new URL('./writer.js', import.meta.url)`. It may be the logger's own module,
   * `import.meta.url`; one that does not import `@regimen/core` starts faster.
   */
  readonly module: string | URL
  /**
   * Name of the logger's package, by which `regimen sync` finds it where it is installed. Its
   * `package.json` says `"regimen": { "logger": "./writer" }`: which of its exports has the writer.
   */
  readonly package?: string
  readonly writer: WriterFactory<Options>
  /** What the writer receives: plain data, without secrets. It is kept on disk beside the spool. */
  readonly options: Options
  /** Keys by name. They go to the writer as {@link Secret} and are nowhere on disk. */
  readonly secrets?: Readonly<Record<string, string | undefined>>
  /** The options that all loggers share. */
  readonly common?: LoggerOptions
  /**
   * Whether a fit that resumes from a checkpoint continues the run that wrote it. The writer then
   * finds in its state what it kept there, and under `firstRunId` the `runId` of the first run.
   * Default `false`: each fit is a new run.
   */
  readonly continuesRuns?: boolean
  /** How it was made, so that a command line can make it with other options. */
  readonly recipe?: PluginRecipe
  /**
   * More that the logger does on the training thread, such as taps of its own under `context.id`.
   * What it gives to `context.record` reaches every logger.
   */
  readonly apply?: (context: PluginContext) => void
}

/** The secrets that are there. */
export function presentSecrets({
  secrets = {},
}: LoggerDefinition<never>): Record<string, string> {
  const isPresent = (entry: [string, string | undefined]): entry is [string, string] =>
    entry[1] !== undefined
  return Object.fromEntries(Object.entries(secrets).filter(isPresent))
}
