import type { Plugin } from '@regimen/core'
import { loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { logHistograms } from './histograms.js'
import { options, type TensorboardLoggerOptions } from './options.js'
import { writer } from './writer.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-tensorboard': TensorboardLoggerOptions
  }
}

/**
 * Logs event files that TensorBoard reads. Each run has a folder of its own, `version_N`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [tensorboardLogger({ histograms: { every: { epochs: 1 } } })] })
 * // tensorboard --logdir runs/tensorboard
 */
export function tensorboardLogger(input: TensorboardLoggerOptions = {}): Plugin {
  const { histograms, graph, ...others } = options.check(input)
  const { id, deadlineMs, maxQueue, backPressure, thread, ...settings } = others
  return loggerPlugin({
    name: 'tensorboard-logger',
    recipe: { factory: tensorboardLogger, options: input, schema: options },
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-tensorboard',
    writer,
    options: settings,
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    apply: (context) => {
      if (graph) logModelGraph(context)
      if (histograms) logHistograms(context, histograms)
    },
  })
}
