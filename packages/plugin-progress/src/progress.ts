import { definePlugin, type Plugin, type Report } from '@regimen/core'
import { viewEvaluations } from './evaluation-view.js'
import { type ProgressOptions, progressSettings, options as schema } from './options.js'
import { type Terminal, terminalOf } from './terminal.js'
import { viewTraining } from './training-view.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    progress: ProgressOptions
  }
}

/**
 * Shows a run: a table of the model, progress bars (lines if there is no terminal), a line
 * per epoch and a table of the results. Provides the service `reporter`, so that reports appear above
 * the bars.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 * @example
 * new Trainer({ maxEpochs: 10, plugins: [progress()] })
 */
export function progress(options: ProgressOptions = {}): Plugin {
  const settings = progressSettings(options)
  return definePlugin({
    name: 'progress',
    recipe: { factory: progress, options: options, schema },
    apply(context) {
      const { id, hooks, provide } = context
      const terminal = terminalOf(settings)
      provide('reporter', {
        report: (report) => terminal.screen.print(reportLine(report, terminal)),
      })
      const views = [
        viewTraining(context, terminal, settings),
        viewEvaluations(context, terminal, settings),
      ]
      const close = (): void => {
        for (const closeView of views) closeView()
      }
      hooks.teardown.tap(id, close)
      return { dispose: close }
    },
  })
}

function reportLine({ level, plugin, message }: Report, { colors }: Terminal): string {
  const text = plugin === undefined ? message : `${plugin}: ${message}`
  return level === 'warn' ? `${colors.yellow('warning')} ${text}` : text
}
