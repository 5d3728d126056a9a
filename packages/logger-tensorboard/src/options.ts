import {
  count,
  type Every,
  every,
  flag,
  group,
  list,
  type OptionFieldsOf,
  optionSchema,
  text,
} from '@regimen/core'
import { fileFields, type LoggerOptions, loggerFields } from '@regimen/logger-kit'

/** What `tensorboardLogger` takes. */
export interface TensorboardLoggerOptions extends LoggerOptions, TensorboardSettings {
  /** Distributions of weights and gradients. Default: none. */
  readonly histograms?: HistogramOptions
  /** Whether the graph of a module with a layers model is logged. Default `true`. */
  readonly graph?: boolean
}

/** When distributions are logged, and of what. Reading them waits for the device. */
export interface HistogramOptions {
  /** When they are logged. */
  readonly every: Every
  /** Default `true`. */
  readonly weights?: boolean
  /** Default `true`. */
  readonly gradients?: boolean
  /** Bins of each. Default 30. */
  readonly bins?: number
}

/** The part of the options that the writer needs. */
export interface TensorboardSettings {
  /** Folder, relative to `rootDir` unless absolute. Default: `rootDir` itself. */
  readonly dir?: string
  /** Name of the experiment, a folder in `dir`. Default `tensorboard`. */
  readonly name?: string
  /** Folder of the run: a number `N` for `version_N`, or its name. Default: the next number. */
  readonly version?: string | number
  /** Put before the name of each metric, with a hyphen. */
  readonly prefix?: string
  /** How long records are gathered before they are written, at most 2000 ms. Default 1000. */
  readonly flushMs?: number
  /** Tags that the table of hyperparameters shows. Default: TensorBoard finds all of all runs. */
  readonly hparamMetrics?: readonly string[]
}

/** The options of {@link TensorboardLoggerOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('tensorboardLogger', {
  ...fileFields('tensorboard'),
  histograms: group({
    every: every().required().describe('when they are logged'),
    weights: flag().describe('those of weights'),
    gradients: flag().describe('those of gradients'),
    bins: count().from(1).describe('bins of each'),
  })
    .otherwise('none')
    .describe(
      '`{ every, weights: true, gradients: true, bins: 30 }`; `every` as `logEvery`',
    ),
  graph: flag()
    .default(true)
    .describe('whether to whether to log the graph of a module that has a layers model'),
  hparamMetrics: list(text())
    .otherwise('all')
    .describe("tags that the table of hyperparameters shows, such as `['val_loss']`"),
  flushMs: count()
    .from(1)
    .upTo(2000)
    .otherwise('`1000`')
    .describe('milliseconds for which records are collected before they are written'),
  ...loggerFields('tensorboard-logger'),
} satisfies OptionFieldsOf<TensorboardLoggerOptions>)
