import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type ErrorData, RegimenError } from '../floor/errors.js'
import { checkConfig } from './check-config.js'
import { checkDataFile, checkedFile, isDataFile } from './check-names.js'
import {
  type ConfigTools,
  configTools,
  type Explorer,
  type FoundConfig,
  type Loader,
} from './config-tools.js'
import type { RegimenConfig } from './define-config.js'
import { foldersUp, importDefault, unreadable } from './import-file.js'

/** Where to look for a config. */
export interface LoadOptions {
  /** Folder in which the search begins. Default: the current one. */
  readonly from?: string
  /** The file itself; nothing is searched then. */
  readonly path?: string | undefined
  /** The packages that read it. Default: where core finds them. */
  readonly tools?: ConfigTools
}

/** A config and the file it came from. */
export interface LoadedConfig {
  readonly config: RegimenConfig
  readonly path: string
}

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs', '.cjs']
const FILES = [...SCRIPTS, '.json', '.yaml', '.yml'].map(
  (ending) => `trainer.config${ending}`,
)
const PLACES = [...FILES, 'package.json']

function explorerOf(tools: ConfigTools): Explorer {
  const importScript = importing(tools)
  const { cosmiconfig, defaultLoaders } = tools.cosmiconfig
  const loaders: Record<string, Loader> = {
    ...Object.fromEntries(SCRIPTS.map((ending) => [ending, importScript])),
    '.json': readingData((_, content) => JSON.parse(content)),
    '.yaml': readingData(defaultLoaders['.yaml']),
    '.yml': readingData(defaultLoaders['.yml']),
  }
  return cosmiconfig('regimen', {
    searchPlaces: PLACES,
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders,
  })
}

/** The default export of a program. */
const importing = (tools: ConfigTools): Loader =>
  reading((path) => importDefault(path, tools))

/**
 * Finds and reads a config: `trainer.config.*`, or the key `regimen` of `package.json`, in a folder
 * or above it up to the root of the project. Reading writes nothing to disk.
 *
 * @throws REG_CONFIG_MISSING, REG_CONFIG_UNREADABLE, REG_CONFIG_INVALID, REG_OPTION_UNKNOWN,
 * REG_OPTION_INVALID
 */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const { from = '.', path: file } = options
  const tools = await configTools(options.tools)
  const explorer = explorerOf(tools)
  const isSearch = file === undefined
  const found = await (isSearch
    ? search(resolve(from), explorer)
    : read(resolve(file), explorer))
  const path = found.filepath
  let config: unknown = found.config
  try {
    if (found.isEmpty) throw new TypeError('it is empty')
    if (typeof config === 'function') config = await config()
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
  return { config: checkConfig(withFiles(config, path, tools), path), path }
}

/**
 * What another config file holds, such as `sweep.config.ts`, read as a config of that ending is, and not checked.
 *
 * @throws REG_CONFIG_MISSING, REG_CONFIG_UNREADABLE, REG_CONFIG_INVALID
 */
export async function loadFile(path: string, given?: ConfigTools): Promise<unknown> {
  const found = await read(resolve(path), explorerOf(await configTools(given)))
  const { config } = found
  return typeof config === 'function' ? config() : config
}

async function search(from: string, explorer: Explorer): Promise<FoundConfig> {
  const folders = foldersUp(from)
  const root = folders.find(isRoot) ?? (folders.at(-1) as string)
  for (const folder of folders.slice(0, folders.indexOf(root) + 1)) {
    const found = await explorer.search(folder)
    if (found) return found
  }
  const text = `No config in ${from} up to ${root}. Tried ${PLACES.join(', ')} (key "regimen").`
  return fail(text, { from, root, tried: PLACES })
}

async function read(path: string, explorer: Explorer): Promise<FoundConfig> {
  if (!existsSync(path)) fail(`There is no config file ${path}.`, { file: path })
  if (statSync(path).isDirectory())
    fail(`${path} is a folder, no config file.`, { file: path })
  const found = await explorer.load(path).catch((thrown) => {
    throw unreadable(path, thrown)
  })
  return found ?? fail(`${path} has no key "regimen".`, { file: path })
}

function fail(text: string, data: ErrorData): never {
  throw new RegimenError('REG_CONFIG_MISSING', `${text} Write one with defineConfig().`, {
    data,
  })
}

/** Paths of module and data as functions that import them, once the engine is set. */
function withFiles(config: unknown, path: string, tools: ConfigTools): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    return config
  const { $schema: _, ...rest } = config as { readonly $schema?: unknown }
  const { module, data } = config as Partial<RegimenConfig>
  const above = foldersUp(dirname(path))
  const root = above.find(isRoot) ?? dirname(path)
  const file = (key: string, value: unknown) => {
    if (typeof value !== 'string') return value
    const named = checkedFile(value, { key, config: path, root })
    const load = async () => importing(tools)(named, '')
    return async (hparams: unknown) =>
      load().then((made) => (typeof made === 'function' ? made(hparams) : made))
  }
  return {
    ...(isDataFile(path) ? rest : config),
    module: file('module', module),
    data: file('data', data),
  }
}

/** Errors get a code here: cosmiconfig passes a file over for an ENOENT from inside it, or for null. */
function reading(load: Loader): Loader {
  return async (path, content) => {
    try {
      return (await load(path, content)) ?? undefined
    } catch (thrown) {
      throw unreadable(path, thrown, content)
    }
  }
}

/**
 * As {@link reading}, for files that hold data only. In `package.json` the key `regimen` is meant.
 * Checked here, since cosmiconfig itself would import what the key `$import` names.
 */
function readingData(load: Loader): Loader {
  const checked: Loader = async (path, content) => {
    const loaded: unknown = await load(path, content)
    const isManifest = basename(path) === 'package.json'
    checkDataFile(isManifest ? Object(loaded).regimen : loaded, path)
    return loaded
  }
  return reading(checked)
}

function isRoot(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  const manifest = join(folder, 'package.json')
  return existsSync(manifest) && /"workspaces"\s*:/.test(readFileSync(manifest, 'utf8'))
}
