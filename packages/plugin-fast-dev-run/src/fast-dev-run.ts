import { definePlugin, type Plugin, RegimenError } from '@regimen/core'
import { describeTrial, mutedPlugins } from './muted-plugins.js'
import { checkBatches, trialOptions } from './trial-options.js'

/** What {@link fastDevRun} takes. */
export interface FastDevRunOptions {
  /** Batches of training, validation, test and prediction. Default 1. */
  readonly batches?: number
}

/** Tells plugins and tools that a run is only a trial. */
export interface FastDevRunService {
  readonly batches: number
}

declare module '@regimen/core' {
  interface TrainerServices {
    /** Present where runs are trials: searches and tests of speed should leave themselves out. */
    fastDevRun: FastDevRunService
  }
  interface PluginOptionsMap {
    'fast-dev-run': FastDevRunOptions
  }
}

/**
 * Makes every run a trial: a few batches of everything, whatever the other options say, to see that
 * it works. Plugins that write, and early stopping, are muted for the run, which is reported.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [checkpoint(), process.env.TRY && fastDevRun({ batches: 2 })] })
 */
export function fastDevRun(options: FastDevRunOptions = {}): Plugin {
  const unknown = Object.keys(checkObject(options)).find((key) => key !== 'batches')
  if (unknown !== undefined) {
    throw new RegimenError(
      'REG_OPTION_UNKNOWN',
      `fastDevRun has no option "${unknown}". It takes batches.`,
      { data: { owner: 'fastDevRun', option: unknown, options: ['batches'] } },
    )
  }
  const batches = checkBatches(options.batches === undefined ? 1 : options.batches)
  return definePlugin({
    name: 'fast-dev-run',
    apply({ id, hooks, plugins, provide, report }) {
      provide('fastDevRun', { batches })
      hooks.configure.tap(id, (given) => {
        const mutings = mutedPlugins(plugins.list())
        for (const muting of mutings) plugins.mute(muting.id)
        report.info(describeTrial(batches, mutings))
        return trialOptions(given, batches)
      })
    },
  })
}

function checkObject(options: unknown): object {
  if (typeof options === 'object' && options !== null) return options
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `fastDevRun was given ${String(options)}; give an object such as { batches: 2 }.`,
    { data: { owner: 'fastDevRun', found: options } },
  )
}
