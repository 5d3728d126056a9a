import { fail } from './errors.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { PLUGIN_API, type Plugin, type PluginEntry } from './plugin.js'

/** The plugins of a list, flattened and checked. @throws REG_PLUGIN_INVALID, REG_PLUGIN_API */
export function flattenPlugins(entries: PluginEntry): Plugin[] {
  if (Array.isArray(entries)) return entries.flatMap((entry: PluginEntry) => flattenPlugins(entry))
  return entries ? [checkPlugin(entries as Plugin)] : []
}

function checkPlugin(plugin: Plugin): Plugin {
  const { name, api, apply } = plugin
  if (typeof plugin === 'function')
    fail('REG_PLUGIN_INVALID', `The list holds the function "${name}"; call it: ${name}().`)
  if (typeof name !== 'string' || typeof apply !== 'function')
    fail('REG_PLUGIN_INVALID', `${quote(plugin)} is no plugin; make one with definePlugin().`)
  if (api === PLUGIN_API) return plugin
  const text = `Plugin ${quote(name)} was made for plugin api ${quote(api)}, this core has`
  const advice = api > PLUGIN_API ? '@regimen/core' : 'the plugin, and make it with definePlugin'
  return fail('REG_PLUGIN_API', `${text} ${PLUGIN_API}. Upgrade ${advice}.`, { plugin: name })
}

const RELATIONS = [
  ['requires', 'REG_PLUGIN_REQUIRED', 'needs'],
  ['conflicts', 'REG_PLUGIN_CONFLICT', 'cannot be used with'],
  ['before', 'REG_PLUGIN_ORDER', 'wants to come before'],
  ['after', 'REG_PLUGIN_ORDER', 'wants to come after'],
] as const

/**
 * Checks that plugins go together. A name that ends in `?` need not be that of any.
 *
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  for (const plugin of plugins) {
    const { id, name } = plugin
    if (plugins.filter((other) => other.id === id).length > 1) {
      const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      const advice = `Leave one out, or tell them apart: ${factory}({ id: "${id}-2", … }).`
      fail('REG_PLUGIN_DUPLICATE', `Two plugins have the id "${id}". ${advice}`, { plugin: id })
    }
    for (const [relation, code, verb] of RELATIONS) {
      const isConflict = relation === 'conflicts'
      const isWrong = (one: string) => names.has(one) === isConflict && !one.endsWith('?')
      const other = plugin[relation]?.find(isWrong)
      if (other === undefined) continue
      const known = `${suggestion(other, names)} Used: ${quoteAll(names)}`
      const why = isConflict ? '. Leave one out' : `, which is not used.${known}`
      fail(code, `Plugin ${quote(id)} ${verb} plugin ${quote(other)}${why}.`, { plugin: id })
    }
  }
}

/**
 * The order in which plugins run: as listed, but for `before` and `after`.
 *
 * @param placed plugins that run already and keep their order
 * @throws REG_PLUGIN_ORDER, and what {@link checkTogether} throws
 */
export function orderPlugins(placed: readonly Plugin[], added: readonly Plugin[]): Plugin[] {
  const waiting = [...placed, ...added]
  checkTogether(waiting)
  const ordered: Plugin[] = []
  const isBefore = (one: Plugin, other: Plugin) =>
    hasName(one.before, other) ||
    hasName(other.after, one) ||
    (placed.includes(one) && placed.indexOf(one) < placed.indexOf(other))
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

const hasName = (names: readonly string[] | undefined, { name }: Plugin): boolean =>
  names?.some((one) => one === name || one === `${name}?`) ?? false
