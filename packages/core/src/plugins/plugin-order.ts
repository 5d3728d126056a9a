import { fail } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import type { Plugin, PluginRelations } from './plugin.js'

type Relation = keyof PluginRelations
const RELATIONS: readonly Relation[] = ['requires', 'conflicts', 'before', 'after']

/** Checks that plugins fit together. A name that ends in `?` is optional. */
function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  for (const plugin of plugins) {
    const { id, name } = plugin
    const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const isTwice = plugins.filter((other) => other.id === id).length > 1
    if (isTwice) fail('REG_PLUGIN_DUPLICATE.id', { plugin: id, factory }, { plugin: id })
    for (const relation of RELATIONS) {
      const wanted = relation !== 'conflicts'
      const other = plugin[relation]?.find(
        (it) => names.has(it) !== wanted && !it.endsWith('?'),
      )
      if (other !== undefined) refuse(relation, id, other, [...names])
    }
  }
}

/** A plugin names one that is not used or, for `conflicts`, one that is. */
function refuse(
  relation: Relation,
  plugin: string,
  other: string,
  plugins: readonly string[],
) {
  if (relation === 'conflicts')
    fail('REG_PLUGIN_CONFLICT.used', { plugin, other }, { plugin })
  const values = { plugin, other, plugins, hint: suggestion(other, plugins) }
  if (relation === 'requires') fail('REG_PLUGIN_REQUIRED.missing', values, { plugin })
  fail('REG_PLUGIN_ORDER.missing', { ...values, relation }, { plugin })
}

/**
 * The order in which plugins run: as listed, except for `before` and `after`.
 *
 * @param placed plugins that are already installed and keep their order
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
export function orderPlugins(
  placed: readonly Plugin[],
  added: readonly Plugin[],
): Plugin[] {
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
    if (next < 0)
      fail('REG_PLUGIN_ORDER.circle', { plugins: waiting.map(({ id }) => id) })
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}
