import { dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  type FitData,
  isRegimenError,
  type Json,
  type Plugin,
  RegimenError,
  Trainer,
  type TrainingModule,
} from '@regimen/core'
import {
  type Hparams,
  type ImportPlace,
  type LoadedConfig,
  loadConfig,
  type RegimenConfig,
  resolveAccelerator,
  resolvePlugins,
} from '@regimen/core/config'
import type { Arguments } from './arguments.js'
import type { Streams } from './command-context.js'
import { tools } from './config-tools.js'
import { readSetting } from './dotted-path.js'
import { effectiveConfig } from './effective-config.js'
import { flat, resolvedPlugins } from './plugin-settings.js'
import { isOfPlugin, withSettings } from './settings.js'
import { trialOf } from './sweep/trial.js'
import { createTerminal, type Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/** A config with its trainer. */
export interface Project {
  readonly path: string
  readonly config: RegimenConfig
  /** What module and data were made of, and loggers record. */
  readonly hparams: Hparams
  /** Everything that takes effect: what is saved beside the run. */
  readonly effective: Json
  readonly trainer: Trainer
  readonly terminal: Terminal
  /** The module, made at the first call. */
  readonly module: () => Promise<TrainingModule<unknown>>
  /** The data, made at the first call. */
  readonly data: () => Promise<FitData<unknown>>
  /** Each plugin's id and where it comes from. */
  readonly origins: readonly (readonly [id: string, origin: string])[]
}

/**
 * Reads the config, puts the flags on top and makes the trainer.
 *
 * @throws UsageError, and what is wrong with the config or its plugins
 */
export async function openProject(args: Arguments, streams: Streams): Promise<Project> {
  const { flags } = args
  const loaded = await readConfig(flags.config)
  const from = { from: loaded.path, tools }
  const trial = await trialOf(flags.trial, loaded.path)
  const settings = [...settingsOf(args), ...(trial?.settings ?? [])].map(readSetting)
  const ofPlugins = settings.filter(isOfPlugin)
  const others = settings.filter((setting) => !isOfPlugin(setting))
  const config = withSettings(loaded.config, others)
  const {
    module,
    data,
    hparams = {},
    accelerator,
    gpus,
    threads,
    compile,
    resumeFrom: _,
    plugins = [],
    ...options
  } = config
  const engineFlag = flags.gpus
    ? '--gpus'
    : flags.accelerator
      ? '--accelerator'
      : undefined
  const engine = await blamed(
    engineFlag,
    resolveAccelerator(accelerator, gpus, from, { threads, compile }),
  )
  const listed = await resolvedPlugins(plugins, ofPlugins, from)
  const tryOut = await fastDevRunOf(flags['fast-dev-run'], from)
  refuseSecondEngine(engine, flat(listed), engineFlag)
  const terminal = createTerminal(streams)
  const made = [...flat(listed), ...flat(tryOut)]
  const groups = [
    [engine, engineFlag ?? 'accelerator in the config'],
    [listed, 'plugins in the config'],
    [tryOut, '--fast-dev-run'],
    [trial ? [trial.plugin] : [], '--trial'],
    [[terminal.plugin], 'the command line'],
  ] as const
  const rootDir = trial?.folder ?? rootDirOf(options.rootDir, loaded.path)
  const trainer = new Trainer({
    ...options,
    rootDir,
    plugins: groups.map(([group]) => group),
  })
  const origins = groups.flatMap(([group, origin]) =>
    flat(group).map(({ id }) => [id, origin] as const),
  )
  return {
    ...loaded,
    config,
    hparams,
    effective: effectiveConfig({ config, hparams, rootDir, plugins: made }),
    trainer,
    terminal,
    module: once(module, hparams),
    data: once(data, hparams),
    origins,
  }
}

/**
 * The config that a flag names, else the nearest.
 *
 * @throws UsageError if there is none of that name, and what is wrong with the config
 */
export async function readConfig(flag: string | undefined): Promise<LoadedConfig> {
  return loadConfig({ path: flag, tools }).catch((thrown) => {
    const isTypo = flag && isRegimenError(thrown) && thrown.code === 'REG_CONFIG_MISSING'
    throw isTypo
      ? new UsageError(`--config: ${thrown.message}`, { cause: thrown })
      : thrown
  })
}

/** The error for data that the config lacks. */
export function dataMissing(split: string, needer: string): RegimenError {
  return new RegimenError(
    'REG_DATA_INVALID',
    `${needer} needs data.${split}, which the config has not.`,
    { data: { place: `data.${split}` } },
  )
}

/** The folder in which plugins write, beside the config; as a path from the working folder on. */
export function rootDirOf(rootDir = 'runs', config: string): string {
  const folder = resolve(dirname(config), rootDir)
  return isAbsolute(rootDir) ? rootDir : relative('', folder) || '.'
}

/** What `--set` and the flags that stand for it say. */
export function settingsOf({ settings, flags }: Arguments): string[] {
  const fromFlags = {
    maxEpochs: flags['max-epochs'],
    accelerator: flags.accelerator,
    gpus: flags.gpus,
  }
  const typed = Object.entries(fromFlags).filter(([, value]) => value !== undefined)
  return [...settings, ...typed.map(([key, value]) => `${key}=${value}`)]
}

async function fastDevRunOf(batches: string | undefined, from: ImportPlace) {
  if (batches === undefined) return []
  if (!/^[1-9]\d*$|^$/.test(batches)) {
    throw new UsageError(
      `--fast-dev-run=${batches}: give a whole number of batches from 1.`,
    )
  }
  const options = batches === '' ? {} : { batches: Number(batches) }
  const entry: unknown = ['fast-dev-run', options]
  const found = resolvePlugins([entry as never], from).catch((cause) => {
    if (!isRegimenError(cause) || cause.code !== 'REG_PLUGIN_NOT_FOUND') throw cause
    const name = '@regimen/plugin-fast-dev-run'
    throw new UsageError(`--fast-dev-run needs ${name}. Run npm install ${name}.`, {
      cause,
    })
  })
  return blamed('--fast-dev-run', found)
}

function refuseSecondEngine(
  engine: readonly Plugin[],
  listed: readonly Plugin[],
  flag: string | undefined,
): void {
  const second = listed.find(({ name }) => /^backend-/.test(name))
  if (!engine.some(({ name }) => /^backend-/.test(name)) || !second) return
  const text = `The config's plugins have the engine "${second.name}" already; remove it, or omit ${flag ?? '"accelerator"'}.`
  throw flag
    ? new UsageError(text)
    : new RegimenError('REG_CONFIG_INVALID', text, { data: { plugin: second.name } })
}

/** A result that a flag asks for; if it fails, the flag is named and it is a {@link UsageError}. */
async function blamed<T>(flag: string | undefined, result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (thrown) {
    if (flag === undefined || !isRegimenError(thrown)) throw thrown
    throw new UsageError(`${flag}: ${thrown.message}`, { cause: thrown })
  }
}

/** A function that makes a value at its first call and returns the same one afterwards. */
function once<T>(
  source: T | ((hparams?: Hparams) => T | Promise<T>),
  hparams: Hparams,
): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= Promise.resolve(
      typeof source === 'function'
        ? (source as (hparams?: Hparams) => T | Promise<T>)(hparams)
        : source,
    )
    return made
  }
}
