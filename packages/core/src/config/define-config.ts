import type { DataSources, FitData } from '../data/batch-source.js'
import type {
  AnyBatch,
  NoBatch,
  OtherBatch,
  PredictedBatch,
  TakenBatch,
} from '../data/batch-types.js'
import type { Json } from '../floor/json.js'
import type { CompleteNames, PluginOptionsMap } from '../metrics/metric-map.js'
import type { EvaluationOutput, FitModule, TrainingOutput } from '../module/modules.js'
import type { Plugin, PluginEntry } from '../plugins/plugin.js'
import type { TrainerOptions } from '../plugins/trainer-options.js'
import type { FitOptions } from '../trainer.js'

/** The engines that a config or a command line may name. */
export const accelerators = ['auto', 'cpu', 'gpu', 'node', 'wasm'] as const

/** An engine by name; `auto` is the fastest that loads. */
export type Accelerator = (typeof accelerators)[number]

/** GPUs to use: how many, which by index (`[0, 2]` or `'0,2'`), or `-1` for all. */
export type Gpus = number | readonly number[] | string

/** How many threads an engine uses. */
export type Threads = 'auto' | number

/** Hyperparameters of a config, of which no more is known. */
export type Hparams = Readonly<Record<string, Json>>

type PluginName = keyof PluginOptionsMap & string

/** A name that the compiler has not met: the plugin's package is imported nowhere in the program. */
type OtherName = CompleteNames extends { plugins: true } ? never : string & {}

/** Options that may stand behind a name: an object, also where the plugin's function takes a number too. */
type OptionsOf<Name extends PluginName> = Extract<PluginOptionsMap[Name], object>

/** How a known plugin may be named: without options only where it needs none. */
type KnownEntry<Name extends PluginName> =
  | (Record<never, never> extends OptionsOf<Name> ? Name : never)
  | readonly [Name, OptionsOf<Name>]

/** A plugin by name, with its options where it needs some; any other name goes with any options. */
type NamedPlugin =
  | { [Name in PluginName]: KnownEntry<Name> }[PluginName]
  | OtherName
  | readonly [OtherName, object]

/** An entry of a config's plugin list: a plugin, its name, its name and options, or a list of entries. */
export type ConfigPluginEntry = PluginEntry | NamedPlugin | readonly ConfigPluginEntry[]

/**
 * What an entry must be. One that names a known plugin must have its options: `ConfigPluginEntry` alone
 * would take it for a plugin that is unknown. An entry of which nothing is known is taken as it is.
 */
type CheckedEntry<Entry> = [ConfigPluginEntry] extends [Entry]
  ? Entry
  : Entry extends PluginName
    ? Entry extends KnownEntry<Entry>
      ? Entry
      : KnownEntry<Entry>
    : Entry extends readonly [infer Name extends PluginName, infer Options extends object]
      ? Options extends readonly unknown[] | Plugin
        ? CheckedEntries<Entry>
        : readonly [Name, OptionsOf<Name>]
      : Entry extends readonly unknown[]
        ? CheckedEntries<Entry>
        : Entry

type CheckedEntries<Entries extends readonly unknown[]> = {
  readonly [Index in keyof Entries]: CheckedEntry<Entries[Index]>
}

/** A value, or a function that makes it of the hyperparameters once engine and seed are set. */
type MadeOf<T, Arguments extends readonly unknown[]> =
  | T
  | ((...hparams: Arguments) => T | Promise<T>)

interface ConfigWithoutPlugins<
  B,
  Auto extends boolean,
  P,
  Arguments extends readonly unknown[],
> extends Omit<TrainerOptions, 'plugins'> {
  /** The module, or a function that makes it of `hparams` once engine and seed are set. */
  readonly module: MadeOf<
    FitModule<
      TakenBatch<NoInfer<B>>,
      Auto,
      TrainingOutput,
      EvaluationOutput,
      EvaluationOutput,
      unknown,
      PredictedBatch<NoInfer<B>, NoInfer<P>>
    >,
    Arguments
  >
  /** The data, or a function that makes them of `hparams` once engine and seed are set. */
  readonly data: MadeOf<FitData<B, DataSources<B> | undefined, P>, Arguments>
  /** The engine. Default: whichever backend the plugins or imports of the config bring along. */
  readonly accelerator?: Accelerator
  /** GPUs to use: how many, which, or -1 for all. Asks for the engine `gpu`. */
  readonly gpus?: Gpus
  /** Threads of the engine `wasm`; `auto`, the default: one for each core, at most 8. */
  readonly threads?: Threads
  /** Whether training steps are recorded and replayed, by `@regimen/plugin-compile`. */
  readonly compile?: boolean
  /** What a fit resumes from. */
  readonly resumeFrom?: NonNullable<FitOptions['resumeFrom']>
}

/** What a config file holds. In JSON and YAML `module` and `data` are paths of files that export them by default. */
export interface RegimenConfig<B = unknown, Auto extends boolean = boolean>
  extends ConfigWithoutPlugins<B, Auto, OtherBatch, [given?: Hparams]> {
  /** Hyperparameters, JSON values by name: `module` and `data` receive them, and loggers record them. */
  readonly hparams?: Hparams
  /** Plugins, or names of plugins with their options; nested lists and falsy entries are allowed. */
  readonly plugins?: readonly ConfigPluginEntry[]
}

/** A config whose plugin list is checked entry by entry. */
interface CheckedConfig<
  B,
  Auto extends boolean,
  Entries extends readonly ConfigPluginEntry[],
  P,
  H extends object,
> extends ConfigWithoutPlugins<B, Auto, P, [given: NoInfer<H>]> {
  /** Hyperparameters, JSON values by name: `module` and `data` receive them, and loggers record them. */
  readonly hparams?: H
  /** Plugins, or names of plugins with their options; nested lists and falsy entries are allowed. */
  readonly plugins?: Inferred<Entries, CheckedEntries<Entries>>
}

/** `Checked`, where `T` is inferred from what is given: never its own first branch. */
type Inferred<T, Checked> = [T] extends [never] ? T : Checked

/**
 * The config it was given, with its types checked. A module that is written in place needs no types:
 * its batch is that of `data`. The options of a plugin that is named are checked where its package is
 * imported anywhere in the program, types only at least; a name that is not known is looked up when the
 * config is loaded.
 *
 * @example
 * ```ts no-run
 * export default defineConfig({ module: () => digits(), data: () => load(), maxEpochs: 10 })
 * ```
 */
export const defineConfig = <
  B extends AnyBatch = NoBatch,
  Auto extends boolean = true,
  const Entries extends readonly ConfigPluginEntry[] = readonly ConfigPluginEntry[],
  P extends AnyBatch = NoBatch,
  H extends object = Record<never, never>,
>(
  config: CheckedConfig<B, Auto, Entries, P, H>,
): RegimenConfig<B> => config as unknown as RegimenConfig<B>
