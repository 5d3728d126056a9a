import { type ErrorCode, fail } from './errors.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { PLUGIN_API, type Plugin, type PluginEntry } from './plugin.js'

/** The plugins of a list, flattened and checked. @throws REG_PLUGIN_INVALID, REG_PLUGIN_API */
export function flattenPlugins(entries: PluginEntry): Plugin[] {
  if (Array.isArray(entries)) return entries.flatMap((entry: PluginEntry) => flattenPlugins(entry))
  return entries ? [checkPlugin(entries as Plugin)] : []
}

function checkPlugin(plugin: Plugin): Plugin {
  const { name, api, apply } = plugin
  if (typeof plugin === 'function') {
    fail(
      'REG_PLUGIN_INVALID',
      `A list of plugins holds the function "${name}"; call it: ${name}().`,
    )
  }
  if (typeof name !== 'string' || typeof apply !== 'function') {
    const advice = 'make one with definePlugin({ name, apply })'
    fail('REG_PLUGIN_INVALID', `${quote(plugin)} is no plugin; ${advice}.`)
  }
  if (api === PLUGIN_API) return plugin
  const what = `Plugin ${quote(name)} was made for plugin api ${quote(api)}, this core has`
  const advice = api > PLUGIN_API ? '@regimen/core' : 'the plugin, and make it with definePlugin'
  return fail('REG_PLUGIN_API', `${what} ${PLUGIN_API}. Upgrade ${advice}.`, { plugin: name })
}

/**
 * Checks that plugins go together.
 *
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
export function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  const isUsed = (name: string) => names.has(name)
  const isMissing = (name: string) => !names.has(name) && !name.endsWith('?')
  const ids = new Set<string>()
  for (const { id, name, requires = [], conflicts = [], before = [], after = [] } of plugins) {
    const refuse = (code: ErrorCode, other: string | undefined, verb: string, why: string) => {
      if (other === undefined) return
      const used = isUsed(other) ? '' : `${suggestion(other, names)} Used: ${quoteAll(names)}.`
      fail(code, `Plugin ${quote(id)} ${verb} plugin ${quote(other)}${why}.${used}`, { plugin: id })
    }
    if (ids.has(id)) {
      const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      const advice = `Leave one out, or tell them apart: ${factory}({ id: "${id}-2", … }).`
      fail('REG_PLUGIN_DUPLICATE', `Two plugins have the id "${id}". ${advice}`, { plugin: id })
    }
    ids.add(id)
    const places = [...before, ...after]
    const absent = ', which is not used'
    refuse('REG_PLUGIN_REQUIRED', requires.find(isMissing), 'needs', absent)
    refuse('REG_PLUGIN_CONFLICT', conflicts.find(isUsed), 'cannot be used with', '. Leave one out')
    refuse('REG_PLUGIN_ORDER', places.find(isMissing), 'wants to come before or after', absent)
  }
}

/**
 * The order in which plugins run: as listed, but for `before` and `after`.
 *
 * @param placed plugins that run already and keep their order
 * @throws REG_PLUGIN_ORDER
 */
export function orderPlugins(plugins: readonly Plugin[], placed: readonly Plugin[]): Plugin[] {
  const ordered: Plugin[] = []
  const waiting = [...plugins]
  const isPlacedBefore = (first: Plugin, second: Plugin) =>
    placed.includes(first) && placed.indexOf(first) < placed.indexOf(second)
  const isBefore = (first: Plugin, second: Plugin) =>
    hasName(first.before, second) || hasName(second.after, first) || isPlacedBefore(first, second)
  while (waiting.length > 0) {
    const isFree = (one: Plugin) => !waiting.some((other) => other !== one && isBefore(other, one))
    const next = waiting.findIndex(isFree)
    if (next < 0) {
      const ids = quoteAll(waiting.map(({ id }) => id))
      fail('REG_PLUGIN_ORDER', `The plugins ${ids} each want to come before the other.`)
    }
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}

/** Whether a list names a plugin; a name that ends in `?` need not be that of any. */
const hasName = (names: readonly string[] | undefined, { name }: Plugin): boolean =>
  names?.some((one) => one === name || one === `${name}?`) ?? false
