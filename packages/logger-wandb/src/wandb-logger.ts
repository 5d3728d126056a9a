import type { Plugin } from '@regimen/core'
import { loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { options, type WandbLoggerOptions } from './options.js'
import { resolveSettings } from './settings.js'
import { writer } from './writer.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-wandb': WandbLoggerOptions
  }
}

/**
 * Logs runs for Weights & Biases into the files of its offline mode, which `wandb sync` uploads. A
 * fit that resumes from a checkpoint continues its run.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [wandbLogger({ project: 'digits', tags: ['adam'] })] })
 * // wandb sync runs/wandb/offline-run-*
 */
export function wandbLogger(input: WandbLoggerOptions = {}): Plugin {
  const { id, deadlineMs, maxQueue, backPressure, thread, logGraph, ...own } =
    options.check(input)
  return loggerPlugin({
    name: 'wandb-logger',
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-wandb',
    writer,
    options: resolveSettings(own),
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    continuesRuns: true,
    apply: (context) => {
      if (logGraph) logModelGraph(context)
    },
  })
}
