import { definePlugin, type Plugin, type PluginContext } from '@regimen/core'
import { loggerPlugin, logModelGraph } from '@regimen/logger-kit'
import { modeOf, noticesOf } from './mode.js'
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
  const { id, deadlineMs, maxQueue, backPressure, thread, logGraph, mode, ...own } =
    options.check(input)
  const settings = resolveSettings(own)
  const recipe = { factory: wandbLogger, options: input, schema: options }
  const notices = noticesOf(mode, process.env)
  if (modeOf(mode, process.env) === 'disabled') {
    return definePlugin({
      name: 'wandb-logger',
      recipe,
      id,
      apply: (context) => announce(context, notices),
    })
  }
  return loggerPlugin({
    name: 'wandb-logger',
    recipe,
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-wandb',
    writer,
    options: settings,
    common: { id, deadlineMs, maxQueue, backPressure, thread },
    continuesRuns: true,
    apply: (context) => {
      announce(context, notices)
      if (logGraph) logModelGraph(context)
    },
  })
}

/** Says once, when a run begins, what variables mean here. */
function announce(
  { hooks, id, report }: PluginContext,
  notices: readonly string[],
): void {
  let isSaid = false
  hooks.setup.tap(id, () => {
    if (!isSaid) for (const notice of notices) report.info(notice)
    isSaid = true
  })
}
