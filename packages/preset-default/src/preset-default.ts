import type { Plugin } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { type EarlyStoppingOptions, earlyStopping } from '@regimen/plugin-early-stopping'
import { progress } from '@regimen/plugin-progress'
import { judgementOf } from './metric-mode.js'
import { type PresetDefaultOptions, resolveOptions } from './options.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'preset-default': PresetDefaultOptions
  }
}

/**
 * The plugins that most runs want: progress, a CSV log, checkpoints and, if options ask for it, early
 * stopping. Each part is switched off by `false` and configured by an object.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; options of a part under the name of the part
 * @example
 * new Trainer({ maxEpochs: 10, plugins: [presetDefault({ monitor: 'val_loss' })] })
 */
export function presetDefault(input: PresetDefaultOptions = {}): Plugin[] {
  const given = resolveOptions(input)
  // What ends a run also ranks its checkpoints, unless they have a monitor of their own.
  const stopping = judgementOf(optionsOf(given.earlyStopping) ?? {}, given)
  const whole = given.monitor === undefined ? stopping : given
  return [
    made(given.progress, progress),
    made(given.csvLogger, csvLogger),
    made(given.earlyStopping, (options) =>
      earlyStopping({ ...options, ...stopping } as EarlyStoppingOptions),
    ),
    made(given.checkpoint, (options) =>
      checkpoint({ ...options, ...judgementOf(options, whole) }),
    ),
  ].filter((plugin) => plugin !== undefined)
}

/** The plugin of a part, unless that is switched off. */
function made<Options extends object>(
  part: boolean | Options,
  factory: (options: Options) => Plugin,
): Plugin | undefined {
  const options = optionsOf(part)
  return options && factory(options)
}

function optionsOf<Options extends object>(part: boolean | Options): Options | undefined {
  if (part === false) return undefined
  return part === true ? ({} as Options) : part
}
