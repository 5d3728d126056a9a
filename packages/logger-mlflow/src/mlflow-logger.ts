import type { Plugin } from '@regimen/core'
import { type LoggerOptions, loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { type MlflowOptions, options } from './options.js'
import { resolveSettings } from './settings.js'
import { writer } from './writer.js'

/** What `mlflowLogger` takes. */
export type MlflowLoggerOptions = MlflowOptions & LoggerOptions

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-mlflow': MlflowLoggerOptions
  }
}

/**
 * Logs to an MLflow tracking server: metrics, parameters, tags and artifacts of a run, and how it
 * ended. What the server does not take now waits on disk and is delivered later. A fit that resumes
 * from a checkpoint continues its run.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, also if it is not said where the server is
 * @example
 * new Trainer({ plugins: [mlflowLogger({ trackingUri: 'http://127.0.0.1:5000' })] })
 */
export function mlflowLogger(input: MlflowLoggerOptions = {}): Plugin {
  const { id, deadlineMs, maxQueue, backPressure, thread, logGraph, ...own } =
    options.check(input)
  const { settings, secrets } = resolveSettings(own)
  return loggerPlugin({
    name: 'mlflow-logger',
    recipe: { factory: mlflowLogger, options: input, schema: options },
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-mlflow',
    writer,
    options: settings,
    secrets,
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    continuesRuns: true,
    apply: (context) => {
      if (logGraph) logModelGraph(context)
    },
  })
}
