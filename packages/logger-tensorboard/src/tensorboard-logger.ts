import type { Plugin } from '@regimen/core'
import { type LoggerOptions, loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { checkOptions } from './check-options.js'
import { logHistograms } from './histograms.js'
import type { TensorboardLoggerOptions } from './options.js'
import { writer } from './writer.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-tensorboard': TensorboardLoggerOptions
  }
}

const COMMON = ['id', 'deadlineMs', 'maxQueue', 'backPressure', 'thread'] as const

/**
 * Logs event files that TensorBoard reads. Each run has a folder of its own, `version_N`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [tensorboardLogger({ histograms: { every: { epochs: 1 } } })] })
 * // tensorboard --logdir runs/tensorboard
 */
export function tensorboardLogger(options: TensorboardLoggerOptions = {}): Plugin {
  const { settings, own, rest } = checkOptions<LoggerOptions>(options, COMMON)
  const { histograms, graph = true } = own
  return loggerPlugin({
    name: 'tensorboard-logger',
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-tensorboard',
    writer,
    options: settings,
    common: rest,
    apply: (context) => {
      if (graph) logModelGraph(context)
      if (histograms) logHistograms(context, histograms)
    },
  })
}
