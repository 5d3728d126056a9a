import type { Plugin } from '@regimen/core'
import { type LoggerOptions, loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { inCamelCase } from './camel-case.js'
import { type CometOptions, options, type SnakeCasedOptions } from './options.js'
import { resolveSettings } from './settings/resolve.js'
import { writer } from './writer.js'

/**
 * What `cometLogger` takes: names in camelCase or, as Comet's own clients have them, in snake_case.
 */
export type CometLoggerOptions = CometOptions & SnakeCasedOptions & LoggerOptions

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-comet': CometLoggerOptions
  }
}

/**
 * Logs to Comet: metrics, parameters, files, code, git state, environment and load of the machine.
 * What the server or the network does not take now waits on disk and is delivered later.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, also if there is no API key
 * @example
 * ```ts no-run
 * new Trainer({ plugins: [cometLogger({ projectName: 'mnist', experimentName: 'first' })] })
 * ```
 */
export function cometLogger(given: CometLoggerOptions = {}): Plugin {
  const checked = options.check(inCamelCase(given, options.fields))
  const { id, deadlineMs, maxQueue, backPressure, thread, logGraph, ...own } = checked
  const { settings, apiKey } = resolveSettings(own)
  return loggerPlugin({
    name: 'comet-logger',
    recipe: { factory: cometLogger, options: given, schema: options },
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-comet',
    writer,
    options: settings,
    secrets: { apiKey },
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    apply: (context) => {
      if (logGraph) logModelGraph(context)
    },
  })
}
