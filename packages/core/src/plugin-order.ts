import { RegimenError } from './errors.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { PLUGIN_API, type Plugin, type PluginEntry } from './plugin.js'

/**
 * The plugins of a list, flattened and checked.
 *
 * @throws REG_PLUGIN_INVALID, REG_PLUGIN_API
 */
export function flattenPlugins(entries: readonly PluginEntry[] | undefined): Plugin[] {
  if (entries === undefined) return []
  if (!Array.isArray(entries)) {
    throw new RegimenError('REG_PLUGIN_INVALID', `"plugins" is ${quote(entries)}; give a list.`)
  }
  return entries.flatMap((entry: PluginEntry) => {
    if (Array.isArray(entry)) return flattenPlugins(entry as readonly PluginEntry[])
    return entry ? [checkPlugin(entry as Plugin)] : []
  })
}

/** Checks that a value is a plugin for this version of the contract. */
export function checkPlugin(plugin: Plugin): Plugin {
  if (typeof plugin === 'function') {
    const { name } = plugin as { readonly name: string }
    throw new RegimenError(
      'REG_PLUGIN_INVALID',
      `A plugin list holds the function ${quote(name)}; call it: ${name}().`,
    )
  }
  if (typeof plugin?.name !== 'string' || typeof plugin.apply !== 'function') {
    throw new RegimenError(
      'REG_PLUGIN_INVALID',
      `${quote(plugin)} is no plugin; make one with definePlugin({ name, apply }).`,
    )
  }
  if (plugin.api !== PLUGIN_API) {
    throw new RegimenError(
      'REG_PLUGIN_API',
      `Plugin ${quote(plugin.name)} was made for plugin api ${quote(plugin.api)}, this core has ${PLUGIN_API}. ${plugin.api > PLUGIN_API ? 'Upgrade @regimen/core.' : 'Upgrade the plugin, and make it with definePlugin.'}`,
      { plugin: plugin.id ?? plugin.name },
    )
  }
  return plugin
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
    if (ids.has(id)) {
      throw new RegimenError(
        'REG_PLUGIN_DUPLICATE',
        `Two plugins have the id ${quote(id)}. Leave one out, or tell them apart: ${camel(name)}({ id: "${id}-2", … }).`,
        { plugin: id },
      )
    }
    ids.add(id)
    for (const other of requires) {
      if (names.has(other)) continue
      throw new RegimenError(
        'REG_PLUGIN_REQUIRED',
        `Plugin ${quote(id)} needs plugin ${quote(other)}, which is not used.${suggestion(other, names)} Used: ${quoteAll(names)}.`,
        { plugin: id },
      )
    }
    for (const other of conflicts) {
      if (!names.has(other)) continue
      throw new RegimenError(
        'REG_PLUGIN_CONFLICT',
        `Plugin ${quote(id)} cannot be used with plugin ${quote(other)}. Leave one of them out.`,
        { plugin: id },
      )
    }
    for (const other of [...before, ...after]) {
      if (names.has(other)) continue
      throw new RegimenError(
        'REG_PLUGIN_ORDER',
        `Plugin ${quote(id)} wants to come before or after plugin ${quote(other)}, which is not used.${suggestion(other, names)} Used: ${quoteAll(names)}.`,
        { plugin: id },
      )
    }
  }
}

/**
 * The order in which plugins run: as listed, but for what `before` and `after` ask.
 *
 * @throws REG_PLUGIN_ORDER for a circle
 */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const ordered: Plugin[] = []
  const waiting = [...plugins]
  while (waiting.length > 0) {
    const next = waiting.findIndex(
      (plugin) => !waiting.some((other) => other !== plugin && comesBefore(other, plugin)),
    )
    if (next < 0) {
      throw new RegimenError(
        'REG_PLUGIN_ORDER',
        `The plugins ${quoteAll(waiting.map(({ id }) => id))} each want to come before the other. Look at their before and after.`,
      )
    }
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}

function comesBefore(first: Plugin, second: Plugin): boolean {
  return (
    (first.before?.includes(second.name) ?? false) || (second.after?.includes(first.name) ?? false)
  )
}

function camel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
