import { isRegimenError, type Plugin, type PluginEntry, suggestion } from '@regimen/core'
import {
  type ConfigPluginEntry,
  type ImportPlace,
  resolvePlugins,
} from '@regimen/core/config'
import { isPlain, parseValue, type Setting, withOption } from './dotted-path.js'
import { UsageError } from './usage-error.js'

/** A `--set plugins.<plugin>.<option>=<value>`. */
interface PluginSetting {
  readonly typed: string
  /** Its name or its id. */
  readonly plugin: string
  readonly path: readonly string[]
  readonly value: unknown
}

type Options = Readonly<Record<string, unknown>>

/**
 * The plugins of a config, with options set on top of those that the config gives. One that the config
 * names has them before it is made; one that the config makes is made again by its recipe.
 *
 * @throws UsageError for a plugin that is not there or cannot be made again, and for what it refuses; what is
 *   wrong with the config's own plugins
 */
export async function resolvedPlugins(
  entries: readonly ConfigPluginEntry[],
  settings: readonly Setting[],
  from: ImportPlace,
): Promise<PluginEntry[]> {
  const wanted = settings.map(readPluginSetting)
  let named = entries
  const unused: PluginSetting[] = []
  for (const setting of wanted) {
    const places = namesOf(named).filter((entry) => isMeant(entry, setting.plugin))
    refuseSeveral(places.map(idOfNamed), setting)
    const [place] = places
    if (place === undefined) unused.push(setting)
    else named = replaced(named, place, [place[0], set(place[1], setting)])
  }
  const used = wanted.filter((setting) => !unused.includes(setting))
  let list: PluginEntry[]
  try {
    list = await resolvePlugins(named, from)
  } catch (thrown) {
    throw blamed(thrown, used)
  }
  for (const setting of unused) list = remade(list, setting)
  return list
}

function readPluginSetting({ typed, path, text }: Setting): PluginSetting {
  const [, plugin = '', ...keys] = path.split('.')
  if (plugin === '' || keys.length === 0 || keys.includes('')) {
    const form = '--set plugins.<plugin>.<option>=<value>'
    throw new UsageError(`--set ${typed}: give the plugin and its option: ${form}.`)
  }
  return { typed, plugin, path: keys, value: parseValue(text, path) }
}

const set = (options: Options, { path, value }: PluginSetting): Options =>
  withOption(options, path, value)

// Entries that are names

type NamedPair = readonly [name: string, options: Options]

/** Every entry that is a name, with its options. The entry itself is what {@link replaced} looks for. */
function namesOf(entries: readonly unknown[]): NamedPair[] {
  return entries.flatMap((entry): NamedPair[] => {
    if (typeof entry === 'string' && entry !== '') return [[entry, NO_OPTIONS]]
    if (!Array.isArray(entry)) return []
    return isPair(entry) ? [entry] : namesOf(entry)
  })
}

const NO_OPTIONS: Options = {}

const isPair = (entry: unknown): entry is NamedPair =>
  Array.isArray(entry) &&
  entry.length === 2 &&
  typeof entry[0] === 'string' &&
  isPlain(entry[1]) &&
  !('apply' in entry[1])

function isMeant([name, { id }]: NamedPair, plugin: string): boolean {
  return id === undefined
    ? aliasesOf(name).includes(plugin)
    : id === plugin || name === plugin
}

const idOfNamed = ([name, { id = name }]: NamedPair): string => String(id)

/** The list with one entry in place of another. */
function replaced<Entry>(
  entries: readonly Entry[],
  place: NamedPair,
  by: NamedPair,
): readonly Entry[] {
  const [name, options] = place
  return entries.map((entry: unknown) => {
    if (entry === place || (options === NO_OPTIONS && entry === name)) return by as Entry
    if (Array.isArray(entry) && !isPair(entry)) return replaced(entry, place, by) as Entry
    return entry as Entry
  })
}

// Plugins

/** The list with one plugin made again. @throws UsageError */
function remade(list: readonly PluginEntry[], setting: PluginSetting): PluginEntry[] {
  const plugins = flat(list)
  const exact = plugins.filter(({ id }) => id === setting.plugin)
  const meant =
    exact.length > 0
      ? exact
      : plugins.filter(({ name }) => aliasesOf(name).includes(setting.plugin))
  const [plugin] = meant
  if (plugin === undefined) throw absent(setting, plugins)
  refuseSeveral(
    meant.map(({ id }) => id),
    setting,
  )
  const { recipe } = plugin
  if (recipe === undefined) {
    const way = `Name it in the config instead: ['${plugin.name}', { … }].`
    const text = `the config has made "${plugin.name}", which does not say how it can be made again. ${way}`
    throw new UsageError(`--set ${setting.typed}: ${text}`)
  }
  const options = set(recipe.options as Options, setting)
  let made: PluginEntry
  try {
    made = recipe.factory(options as never)
  } catch (thrown) {
    throw blamed(thrown, [setting])
  }
  const replace = (entry: PluginEntry): PluginEntry => {
    if (Array.isArray(entry)) return entry.map(replace)
    return entry === plugin ? made : entry
  }
  return list.map(replace)
}

/** The plugins of a list, in order. */
export function flat(entries: readonly unknown[]): Plugin[] {
  return entries.flatMap((entry) => {
    if (Array.isArray(entry)) return flat(entry)
    return entry ? [entry as Plugin] : []
  })
}

/** What a plugin may be called: a logger is `logger-csv` in a config and `csv-logger` in a trainer. */
function aliasesOf(name: string): string[] {
  const [, kind] = /^(.+)-logger$/.exec(name) ?? []
  const [, service] = /^logger-(.+)$/.exec(name) ?? []
  return [name, `logger-${kind}`, `${service}-logger`]
}

function refuseSeveral(ids: readonly string[], { typed, plugin }: PluginSetting): void {
  if (ids.length < 2 || ids.filter((id) => id === plugin).length === 1) return
  const text = `there are several: ${ids.join(', ')}. Give each an "id" in the config, and name that.`
  throw new UsageError(`--set ${typed}: ${text}`)
}

function absent(
  { typed, plugin }: PluginSetting,
  plugins: readonly Plugin[],
): UsageError {
  const ids = plugins.map(({ id }) => id)
  const there = ids.length > 0 ? `It has ${ids.join(', ')}.` : 'It has none.'
  const text = `the config has no plugin "${plugin}".${suggestion(plugin, ids)} ${there}`
  return new UsageError(`--set ${typed}: ${text}`)
}

/** The error of a plugin that refuses what was set, as one of the flag. */
function blamed(thrown: unknown, settings: readonly PluginSetting[]): unknown {
  if (!isRegimenError(thrown) || !/^REG_OPTION_/.test(thrown.code)) return thrown
  const { option } = thrown.data
  const { plugin } = thrown
  const of = settings.filter(
    (one) => plugin === undefined || aliasesOf(`${plugin}`).includes(one.plugin),
  )
  const setting =
    of.find(({ path }) => `${option}`.startsWith(path[0] as string)) ?? of[0]
  if (setting === undefined) return thrown
  return new UsageError(`--set ${setting.typed}: ${thrown.detail}`, { cause: thrown })
}
