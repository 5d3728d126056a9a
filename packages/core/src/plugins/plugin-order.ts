import { fail, suggestion } from '../floor/errors.js'
import type { Plugin, PluginRelations } from './plugin.js'

/** What is wrong where a plugin names one that is not used or, for `conflicts`, one that is. */
const WRONG = {
  requires: 'REG_PLUGIN_REQUIRED.missing',
  conflicts: 'REG_PLUGIN_CONFLICT.used',
  before: 'REG_PLUGIN_ORDER.missing',
  after: 'REG_PLUGIN_ORDER.missing',
} as const satisfies Record<keyof PluginRelations, string>

/** Checks that plugins fit together. A name that ends in `?` is optional. */
function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  for (const plugin of plugins) {
    const { id, name } = plugin
    const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const isTwice = plugins.filter((other) => other.id === id).length > 1
    if (isTwice) fail('REG_PLUGIN_DUPLICATE.id', { plugin: id, factory }, { plugin: id })
    for (const relation of Object.keys(WRONG) as (keyof PluginRelations)[]) {
      const wanted = relation !== 'conflicts'
      const other = plugin[relation]?.find((it) => names.has(it) !== wanted && !it.endsWith('?'))
      if (other === undefined) continue
      const hint = suggestion(other, names)
      const values = { plugin: id, relation, other, plugins: [...names], hint }
      fail(WRONG[relation], values, { plugin: id })
    }
  }
}

/**
 * The order in which plugins run: as listed, except for `before` and `after`.
 *
 * @param placed plugins that are already installed and keep their order
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
export function orderPlugins(placed: readonly Plugin[], added: readonly Plugin[]): Plugin[] {
  const waiting = [...placed, ...added]
  checkTogether(waiting)
  const ordered: Plugin[] = []
  const isNamed = (names: readonly string[] = [], { name }: Plugin) =>
    names.includes(name) || names.includes(`${name}?`)
  const isBefore = (first: Plugin, second: Plugin) =>
    isNamed(first.before, second) ||
    isNamed(second.after, first) ||
    (placed.includes(first) && placed.indexOf(first) < placed.indexOf(second))
  const isFree = (plugin: Plugin) =>
    !waiting.some((other) => other !== plugin && isBefore(other, plugin))
  while (waiting.length > 0) {
    const next = waiting.findIndex(isFree)
    if (next < 0) fail('REG_PLUGIN_ORDER.circle', { plugins: waiting.map(({ id }) => id) })
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}
