import { dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  type FitData,
  isRegimenError,
  type Plugin,
  RegimenError,
  Trainer,
  type TrainingModule,
} from '@regimen/core'
import {
  type LoadedConfig,
  loadConfig,
  type RegimenConfig,
  resolveAccelerator,
  resolvePlugins,
} from '@regimen/core/config'
import { asked } from './asked.js'
import { once } from './once.js'
import type { Arguments } from './parse-arguments.js'
import { withSettings } from './settings.js'
import type { Streams } from './streams.js'
import { createTerminal, type Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/** A config with its trainer. */
export interface Project {
  readonly path: string
  readonly config: RegimenConfig
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
export async function openProject(given: Arguments, streams: Streams): Promise<Project> {
  const { flags } = given
  const loaded = await readConfig(flags.config)
  const from = { from: loaded.path }
  const config = withSettings(loaded.config, settingsOf(given))
  const { module, data, accelerator, gpus, resumeFrom: _, plugins = [], ...options } = config
  const engineFlag = flags.gpus ? '--gpus' : flags.accelerator ? '--accelerator' : undefined
  const engine = await asked(engineFlag, resolveAccelerator(accelerator, gpus, from))
  const listed = await resolvePlugins(plugins, from)
  const trial = await trialOf(flags['fast-dev-run'], from)
  refuseSecondEngine(engine, flat(listed), engineFlag)
  const terminal = createTerminal(streams)
  const groups = [
    [engine, engineFlag ?? 'accelerator in the config'],
    [listed, 'plugins in the config'],
    [trial, '--fast-dev-run'],
    [[terminal.plugin], 'the command line'],
  ] as const
  const rootDir = rootDirOf(options.rootDir, loaded.path)
  const trainer = new Trainer({ ...options, rootDir, plugins: groups.map(([group]) => group) })
  const origins = groups.flatMap(([group, origin]) =>
    flat(group).map(({ id }) => [id, origin] as const),
  )
  return { ...loaded, config, trainer, terminal, module: once(module), data: once(data), origins }
}

/**
 * The config that a flag names, else the nearest.
 *
 * @throws UsageError where there is none of that name, and what is wrong with the config
 */
export async function readConfig(flag: string | undefined): Promise<LoadedConfig> {
  return loadConfig({ path: flag }).catch((thrown) => {
    const isTypo = flag && isRegimenError(thrown) && thrown.code === 'REG_CONFIG_MISSING'
    throw isTypo ? new UsageError(`--config: ${thrown.message}`, { cause: thrown }) : thrown
  })
}

/**
 * Refuses a label or path that no plugin can find.
 *
 * @throws UsageError
 */
export function checkReference(flag: string, value: string | undefined, terminal: Terminal): void {
  if (value === undefined || terminal.canFindCheckpoints()) return
  throw new UsageError(
    `${flag} ${value} needs a plugin that finds checkpoints. Add checkpoint() of @regimen/plugin-checkpoint to the config.`,
  )
}

/**
 * Says that the weights are untrained, where trained ones may be meant: no checkpoint was asked for,
 * and the config has a plugin that finds them.
 */
export function tellUntrained({ flags }: Arguments, terminal: Terminal): void {
  const isMeant = flags.checkpoint !== undefined || flags['fast-dev-run'] !== undefined
  if (isMeant || !terminal.canFindCheckpoints()) return
  terminal.tell(
    'The weights are those that the module begins with. For those of a fit give --checkpoint best or --checkpoint last.',
  )
}

/** The error for data that the config lacks. */
export function dataMissing(split: string, wish: string): RegimenError {
  return new RegimenError(
    'REG_DATA_INVALID',
    `${wish} needs data.${split}, which the config has not.`,
    { data: { place: `data.${split}` } },
  )
}

/** The folder in which plugins write, beside the config; as a path from the working folder on. */
function rootDirOf(given = 'runs', config: string): string {
  const folder = resolve(dirname(config), given)
  return isAbsolute(given) ? given : relative('', folder) || '.'
}

function settingsOf({ settings, flags }: Arguments): string[] {
  const own = { maxEpochs: flags['max-epochs'], accelerator: flags.accelerator, gpus: flags.gpus }
  const typed = Object.entries(own).filter(([, value]) => value !== undefined)
  return [...settings, ...typed.map(([key, value]) => `${key}=${value}`)]
}

async function trialOf(batches: string | undefined, from: { from: string }) {
  if (batches === undefined) return []
  if (!/^[1-9]\d*$|^$/.test(batches)) {
    throw new UsageError(`--fast-dev-run=${batches}: give a whole number of batches from 1.`)
  }
  const options = batches === '' ? {} : { batches: Number(batches) }
  const entry: unknown = ['fast-dev-run', options]
  const found = resolvePlugins([entry as never], from).catch((cause) => {
    if (!isRegimenError(cause) || cause.code !== 'REG_PLUGIN_NOT_FOUND') throw cause
    const name = '@regimen/plugin-fast-dev-run'
    throw new UsageError(`--fast-dev-run needs ${name}. Run npm install ${name}.`, { cause })
  })
  return asked('--fast-dev-run', found)
}

function refuseSecondEngine(
  engine: readonly Plugin[],
  listed: readonly Plugin[],
  flag: string | undefined,
): void {
  const own = listed.find(({ name }) => /^backend-/.test(name))
  if (engine.length === 0 || !own) return
  const text = `The config's plugins have the engine "${own.name}" already; take it out, or leave out ${flag ?? '"accelerator"'}.`
  throw flag
    ? new UsageError(text)
    : new RegimenError('REG_CONFIG_INVALID', text, { data: { plugin: own.name } })
}

function flat(entries: readonly unknown[]): Plugin[] {
  return entries.flatMap((entry) => {
    if (Array.isArray(entry)) return flat(entry)
    return entry ? [entry as Plugin] : []
  })
}
