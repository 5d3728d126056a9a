import { type ErrorCode, RegimenError } from './errors.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { PLUGIN_API, type Plugin, type PluginEntry } from './plugin.js'

/** The plugins of a list, flattened and checked. @throws REG_PLUGIN_INVALID, REG_PLUGIN_API */
export function flattenPlugins(entries: PluginEntry): Plugin[] {
  if (Array.isArray(entries)) return entries.flatMap((entry: PluginEntry) => flattenPlugins(entry))
  return entries ? [checkPlugin(entries as Plugin)] : []
}

function checkPlugin(plugin: Plugin): Plugin {
  const isPlugin = typeof plugin.name === 'string' && typeof plugin.apply === 'function'
  if (!isPlugin || typeof plugin === 'function') {
    const { name } = plugin
    const text =
      typeof plugin === 'function'
        ? `A plugin list holds the function ${quote(name)}; call it: ${name}().`
        : `${quote(plugin)} is no plugin; make one with definePlugin({ name, apply }).`
    throw new RegimenError('REG_PLUGIN_INVALID', text)
  }
  const { name, api } = plugin
  if (api === PLUGIN_API) return plugin
  const what = `Plugin ${quote(name)} was made for plugin api ${quote(api)}, this core has ${PLUGIN_API}`
  const advice = api > PLUGIN_API ? '@regimen/core' : 'the plugin, and make it with definePlugin'
  throw new RegimenError('REG_PLUGIN_API', `${what}. Upgrade ${advice}.`, { plugin: name })
}

/**
 * Checks that plugins go together.
 *
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
export function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  const ids = new Set<string>()
  for (const { id, name, requires = [], conflicts = [], before = [], after = [] } of plugins) {
    const fail = (code: ErrorCode, text: string) => new RegimenError(code, text, { plugin: id })
    const used = (other: string) => `${suggestion(other, names)} Used: ${quoteAll(names)}.`
    if (ids.has(id)) {
      const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      const advice = `Leave one out, or tell them apart: ${factory}({ id: "${id}-2", … }).`
      throw fail('REG_PLUGIN_DUPLICATE', `Two plugins have the id ${quote(id)}. ${advice}`)
    }
    ids.add(id)
    const missing = requires.find((other) => !names.has(other))
    if (missing !== undefined) {
      const text = `Plugin ${quote(id)} needs plugin ${quote(missing)}, which is not used.`
      throw fail('REG_PLUGIN_REQUIRED', text + used(missing))
    }
    const enemy = conflicts.find((other) => names.has(other))
    if (enemy !== undefined) {
      const text = `Plugin ${quote(id)} cannot be used with plugin ${quote(enemy)}. Leave one out.`
      throw fail('REG_PLUGIN_CONFLICT', text)
    }
    const unknown = [...before, ...after].find((other) => !names.has(other))
    if (unknown !== undefined) {
      const text = `Plugin ${quote(id)} wants to come before or after plugin ${quote(unknown)}, which is not used.`
      throw fail('REG_PLUGIN_ORDER', text + used(unknown))
    }
  }
}

/** The order in which plugins run: as listed, but for `before` and `after`. @throws REG_PLUGIN_ORDER */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const ordered: Plugin[] = []
  const waiting = [...plugins]
  const isBefore = (first: Plugin, second: Plugin) =>
    first.before?.includes(second.name) || second.after?.includes(first.name)
  while (waiting.length > 0) {
    const isFree = (one: Plugin) => !waiting.some((other) => other !== one && isBefore(other, one))
    const next = waiting.findIndex(isFree)
    if (next < 0) {
      const ids = quoteAll(waiting.map(({ id }) => id))
      throw new RegimenError(
        'REG_PLUGIN_ORDER',
        `The plugins ${ids} each want to come before the other.`,
      )
    }
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}
