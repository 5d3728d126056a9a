import type { FitData, TakenBatch } from '../batch-source.js'
import type { FitModule, Made } from '../modules.js'
import type { TrainerOptions } from '../options.js'
import type { PluginEntry } from '../plugin.js'
import type { PluginOptionsMap } from '../registry.js'
import type { FitOptions } from '../trainer.js'

/** The engines that a config or a command line may name. */
export const accelerators = ['auto', 'cpu', 'gpu', 'node', 'wasm'] as const

/** An engine by name; `auto` is the fastest that loads. */
export type Accelerator = (typeof accelerators)[number]

/** GPUs to use: how many, which by index (`[0, 2]` or `'0,2'`), or `-1` for all. */
export type Gpus = number | readonly number[] | string

type PluginName = keyof PluginOptionsMap & string

/** A plugin by name, with its options where it needs some. */
export type NamedPlugin = {
  [Name in PluginName]:
    | (Record<never, never> extends PluginOptionsMap[Name] ? Name : never)
    | readonly [Name, PluginOptionsMap[Name]]
}[PluginName]

/** An entry of a config's plugin list: a plugin, its name, its name and options, or a list of entries. */
export type ConfigPluginEntry = PluginEntry | NamedPlugin | readonly ConfigPluginEntry[]

/** What a config file holds. In JSON and YAML `module` and `data` are paths of files that export them by default. */
export interface RegimenConfig<B = unknown, Auto extends boolean = boolean>
  extends Omit<TrainerOptions, 'plugins'> {
  /** Plugins, or names of plugins with their options; nested lists and falsy entries are allowed. */
  readonly plugins?: readonly ConfigPluginEntry[]
  /** The module, or a function that makes it once engine and seed are set. */
  readonly module: Made<FitModule<TakenBatch<NoInfer<B>>, Auto>>
  /** The data, or a function that makes them once engine and seed are set. */
  readonly data: Made<FitData<B>>
  /** The engine. Default: whichever backend the plugins or imports of the config bring along. */
  readonly accelerator?: Accelerator
  /** GPUs to use: how many, which, or -1 for all. Asks for the engine `gpu`. */
  readonly gpus?: Gpus
  /** What a fit goes on from. */
  readonly resumeFrom?: NonNullable<FitOptions['resumeFrom']>
}

/**
 * The config it was given, with its types checked. A module that is written in place needs no types:
 * its batch is that of `data`.
 *
 * @example
 * export default defineConfig({ module: () => digits(), data: () => load(), maxEpochs: 10 })
 */
export const defineConfig = <B, Auto extends boolean = true>(
  config: RegimenConfig<B, Auto>,
): RegimenConfig<B> => config
