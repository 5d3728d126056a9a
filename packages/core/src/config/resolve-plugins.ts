import { dirname } from 'node:path'
import { located, RegimenError } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import { quote, quoteAll } from '../floor/quote.js'
import type { PluginEntry } from '../plugins/plugin.js'
import { checkPluginName, isDataFile } from './check-names.js'
import type { ConfigPluginEntry } from './define-config.js'
import { type ImportPlace, importPackage, installedPackages } from './import-file.js'

/**
 * A config's plugin list with every name replaced by the plugin. `'early-stopping'` is looked for in
 * `@regimen/plugin-early-stopping`, then `regimen-plugin-early-stopping`, as the config file would
 * import them.
 *
 * @throws REG_CONFIG_INVALID for what is no name, before anything is imported; REG_PLUGIN_NOT_FOUND
 *   with the names that were tried, and what a plugin throws for bad options
 */
export async function resolvePlugins(
  entries: readonly ConfigPluginEntry[],
  place: ImportPlace,
): Promise<PluginEntry[]> {
  return resolveAll(namedIn(entries, place.from, 'plugins'), place)
}

/**
 * The names in a config's plugin list, in order.
 *
 * @throws REG_CONFIG_INVALID for what is no name
 */
export function pluginNames(
  entries: readonly ConfigPluginEntry[],
  { from }: { readonly from: string },
): string[] {
  const namesIn = (list: readonly Entry[]): string[] =>
    list.flatMap((entry) => {
      if (entry instanceof Named) return [entry.name]
      return Array.isArray(entry) ? namesIn(entry) : []
    })
  return namesIn(namedIn(entries, from, 'plugins'))
}

/** A plugin that a config may name. */
export interface InstalledPlugin {
  /** What a config calls it. */
  readonly name: string
  /** Its package. */
  readonly package: string
}

/** The plugins that a config file may name, as far as they are installed in a `node_modules` above it. */
export function installedPlugins({ from }: { readonly from: string }): InstalledPlugin[] {
  const packages = installedPackages(dirname(from), BEGINNINGS).toSorted()
  const plugins = new Map<string, InstalledPlugin>()
  for (const one of packages) {
    const name = one.replace(/^@regimen\/(plugin-)?|^regimen-plugin-/, '')
    if (!plugins.has(name)) plugins.set(name, { name, package: one })
  }
  return [...plugins.values()]
}

/** An entry that names a plugin. */
class Named {
  constructor(
    readonly name: string,
    readonly options: unknown,
  ) {}
}
type Entry = PluginEntry | Named | readonly Entry[]

/** The same list with every name checked. In a program `''` is an omitted entry. */
function namedIn(entries: readonly unknown[], from: string, place: string): Entry[] {
  const named = (name: string, options: unknown, at: string) =>
    new Named(checkPluginName(name, `${from}: "${at}"`), options)
  return entries.map((entry, index): Entry => {
    const at = `${place}[${index}]`
    if (typeof entry === 'string' && (entry !== '' || isDataFile(from)))
      return named(entry, {}, at)
    if (!Array.isArray(entry)) return entry as PluginEntry
    const [name, options] = entry as readonly unknown[]
    const isPair = typeof name === 'string' && entry.length === 2
    if (isPair && isPlain(options)) return named(name, options, at)
    if (isPair && options && !['string', 'object'].includes(typeof options)) {
      throw noOptions(name, options, `${from}: "${at}[1]"`)
    }
    return namedIn(entry, from, at)
  })
}

function noOptions(plugin: string, found: unknown, where: string): RegimenError {
  const wanted = `the options of ${quote(plugin)}, an object`
  const text = `${where} is ${quote(found)}; expected ${wanted}.`
  return new RegimenError('REG_CONFIG_INVALID', text, {
    data: { plugin, found, expected: wanted },
  })
}

function resolveAll(
  entries: readonly Entry[],
  place: ImportPlace,
): Promise<PluginEntry[]> {
  return Promise.all(
    entries.map((entry): Promise<PluginEntry> | PluginEntry => {
      if (entry instanceof Named) return make(entry.name, entry.options, place)
      return Array.isArray(entry) ? resolveAll(entry, place) : (entry as PluginEntry)
    }),
  )
}

async function make(
  name: string,
  options: unknown,
  { from, tools }: ImportPlace,
): Promise<PluginEntry> {
  const ours = /^(profiler$|logger-|backend-|preset-)/.test(name)
    ? name
    : `plugin-${name}`
  const tried = [`@regimen/${ours}`, `regimen-plugin-${name}`]
  for (const candidate of tried) {
    try {
      const exported = await importPackage(candidate, from, tools)
      if (!exported) continue
      const keys = [camel(name), camel(name.replace(/^(backend|logger)-/, '')), 'default']
      const present = keys.filter((key) => Object.hasOwn(exported, key))
      const factory = present
        .map((key) => exported[key])
        .find((value) => typeof value === 'function')
      if (factory) return made(factory as Factory, { name, candidate, options })
      throw new TypeError(`it exports none of the functions ${quoteAll(keys)}`)
    } catch (thrown) {
      const place = `Plugin ${quote(name)} is in ${candidate}, but cannot be used`
      throw located(thrown, 'REG_PLUGIN_NOT_FOUND', place, {
        data: { plugin: name, tried, from },
      })
    }
  }
  const text = `Plugin ${quote(name)} is not installed. Tried ${tried.join(', ')}, as seen from ${from}.`
  throw new RegimenError('REG_PLUGIN_NOT_FOUND', `${text} ${adviceFor(name, from)}`, {
    data: { plugin: name, tried, from },
  })
}

type Factory = (options: unknown) => PluginEntry
type Making = {
  readonly name: string
  readonly candidate: string
  readonly options: unknown
}

/** @throws what the plugin throws for bad options; REG_OPTION_INVALID where that has no code */
function made(factory: Factory, { name, candidate, options }: Making): PluginEntry {
  try {
    return factory(options)
  } catch (thrown) {
    const text = `Plugin ${quote(name)} of ${candidate} refuses its options ${quote(options)}`
    throw located(thrown, 'REG_OPTION_INVALID', text, {
      plugin: name,
      data: { package: candidate, found: options },
    })
  }
}

/** What may be meant: a plugin that is installed and has a name like it, else how to get one. */
function adviceFor(name: string, from: string): string {
  const names = installedPlugins({ from }).map((plugin) => plugin.name)
  const known = names.length > 0 ? ` Installed are ${quoteAll(names)}.` : ''
  return `Install the package that has it, or correct the name.${suggestion(name, names)}${known}`
}

/** How the names of packages begin in which a plugin may be. */
const BEGINNINGS = [
  '@regimen/plugin-',
  '@regimen/profiler',
  '@regimen/logger-',
  '@regimen/backend-',
  '@regimen/preset-',
  'regimen-plugin-',
]

const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !('apply' in value)
