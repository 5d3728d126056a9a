import type { Plugin } from '@regimen/core'
import { loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { type CsvLoggerOptions, options } from './options.js'
import { writer } from './writer.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-csv': CsvLoggerOptions
  }
}

/**
 * Logs to files: every metric to `metrics.csv` and `metrics.jsonl`, hyperparameters to `hparams.yaml`.
 * Each run has a folder of its own, `version_N`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [csvLogger({ name: 'mnist' })] }) // runs/mnist/version_0/metrics.csv
 */
export function csvLogger(input: CsvLoggerOptions = {}): Plugin {
  const checked = options.check(input)
  const { id, deadlineMs, maxQueue, backPressure, thread, logGraph, ...settings } =
    checked
  return loggerPlugin({
    name: 'csv-logger',
    recipe: { factory: csvLogger, options: input, schema: options },
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-csv',
    writer,
    options: settings,
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    apply: (context) => {
      if (logGraph) logModelGraph(context)
    },
  })
}
