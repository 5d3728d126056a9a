import { located, quote, quoteAll, RegimenError } from '../errors.js'
import type { PluginEntry } from '../plugin.js'
import type { ConfigPluginEntry } from './define-config.js'
import { importPackage } from './import-file.js'

/**
 * A config's plugin list with every name replaced by the plugin. `'early-stopping'` is looked for in
 * `@regimen/plugin-early-stopping`, then `regimen-plugin-early-stopping`, as the config file would
 * import them.
 *
 * @throws REG_PLUGIN_NOT_FOUND with the names that were tried, and what a plugin throws for bad options
 */
export async function resolvePlugins(
  entries: readonly ConfigPluginEntry[],
  { from }: { readonly from: string },
): Promise<PluginEntry[]> {
  return Promise.all(
    entries.map((entry: unknown): Promise<PluginEntry> | PluginEntry => {
      if (typeof entry === 'string' && entry !== '') return make(entry, {}, from)
      if (!Array.isArray(entry)) return entry as PluginEntry
      const [name, options] = entry as readonly unknown[]
      const isNamed = typeof name === 'string' && entry.length === 2 && isPlain(options)
      return isNamed ? make(name, options, from) : resolvePlugins(entry, { from })
    }),
  )
}

async function make(name: string, options: unknown, from: string): Promise<PluginEntry> {
  const own = /^(profiler$|logger-|backend-)/.test(name) ? name : `plugin-${name}`
  const tried = [`@regimen/${own}`, `regimen-plugin-${name}`]
  for (const candidate of tried) {
    try {
      const exported = await importPackage(candidate, from)
      if (!exported) continue
      const keys = [camel(name), camel(name.replace(/^(backend|logger)-/, '')), 'default']
      const factory = keys.map((key) => exported[key]).find((value) => typeof value === 'function')
      if (factory) return (factory as (options: unknown) => PluginEntry)(options)
      throw new TypeError(`it exports none of the functions ${quoteAll(keys)}`)
    } catch (thrown) {
      const place = `Plugin ${quote(name)} is in ${candidate}, but cannot be used`
      throw located(thrown, 'REG_PLUGIN_NOT_FOUND', place)
    }
  }
  const text = `Plugin ${quote(name)} is not installed. Tried ${tried.join(', ')}, as seen from ${from}.`
  throw new RegimenError('REG_PLUGIN_NOT_FOUND', `${text} Install it: npm install ${tried[0]}`)
}

const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('apply' in value)
