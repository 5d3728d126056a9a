import { describe, expect, it } from 'vitest'
import type { Plugin } from '../../src/plugins/plugin.js'
import { orderPlugins } from '../../src/plugins/plugin-order.js'

type Relations = Partial<Pick<Plugin, 'id' | 'before' | 'after' | 'requires' | 'conflicts'>>

const plugin = (name: string, relations: Relations = {}): Plugin => ({
  api: 1,
  name,
  id: name,
  apply: () => undefined,
  ...relations,
})

type Entry = readonly [name: string, relations?: Relations]
const pluginsOf = (entries: readonly Entry[]) =>
  entries.map(([name, relations]) => plugin(name, relations))

describe('plugins are ordered', () => {
  it.each<[how: string, entries: readonly Entry[], order: string]>([
    ['not at all where there are none', [], ''],
    ['as listed', [['b'], ['a'], ['c']], 'b a c'],
    ['before another', [['a'], ['b', { before: ['a'] }]], 'b a'],
    ['after another', [['a', { after: ['b'] }], ['b'], ['c']], 'b a c'],
    ['before one that is not there, if it may be missing', [['a', { before: ['x?'] }]], 'a'],
    ['before one that may be missing and is there', [['a'], ['b', { before: ['a?'] }]], 'b a'],
    ['along a chain', [['a', { after: ['b'] }], ['b', { after: ['c'] }], ['c']], 'c b a'],
    [
      'by name, so that both of a name come first',
      [['a', { after: ['b'] }], ['b'], ['b', { id: 'b2' }]],
      'b b2 a',
    ],
    ['not by what they require', [['a', { requires: ['b'] }], ['b']], 'a b'],
    ['with what they would conflict with missing', [['a', { conflicts: ['b'] }]], 'a'],
  ])('%s', (_, entries, order) => {
    const ids = orderPlugins([], pluginsOf(entries)).map(({ id }) => id)
    expect(ids.join(' ')).toBe(order)
  })

  it('behind those that are placed, whose order stays', () => {
    const placed = pluginsOf([['b'], ['a']])
    const added = pluginsOf([
      ['c', { after: ['b'] }],
      ['d', { before: ['b'] }],
    ])
    expect(orderPlugins(placed, added).map(({ name }) => name)).toEqual(['d', 'b', 'a', 'c'])
  })

  it('without a change of the lists that are given', () => {
    const [placed, added] = [pluginsOf([['a']]), pluginsOf([['b']])]
    orderPlugins(placed, added)
    expect([placed.length, added.length]).toEqual([1, 1])
  })
})

describe('plugins that do not fit together', () => {
  it.each<[how: string, entries: readonly Entry[], code: string, plugin: string | undefined]>([
    ['twice the same id', [['a'], ['a']], 'REG_PLUGIN_DUPLICATE', 'a'],
    ['one id of two names', [['a'], ['b', { id: 'a' }]], 'REG_PLUGIN_DUPLICATE', 'a'],
    ['a missing one', [['a', { requires: ['b'] }]], 'REG_PLUGIN_REQUIRED', 'a'],
    ['a conflict', [['a', { conflicts: ['b'] }], ['b']], 'REG_PLUGIN_CONFLICT', 'a'],
    ['before a missing one', [['a', { before: ['b'] }]], 'REG_PLUGIN_ORDER', 'a'],
    ['after a missing one', [['a', { after: ['b'] }]], 'REG_PLUGIN_ORDER', 'a'],
    [
      'a circle',
      [
        ['a', { after: ['b'] }],
        ['b', { after: ['a'] }],
      ],
      'REG_PLUGIN_ORDER',
      undefined,
    ],
    [
      'a circle of three',
      [
        ['a', { before: ['b'] }],
        ['b', { before: ['c'] }],
        ['c', { before: ['a'] }],
      ],
      'REG_PLUGIN_ORDER',
      undefined,
    ],
  ])('%s', (_, entries, code, id) => {
    expect(() => orderPlugins([], pluginsOf(entries))).toThrow(
      expect.objectContaining({ code, plugin: id }),
    )
  })

  it('placed ones that would have to swap', () => {
    const placed = pluginsOf([['a', { after: ['b?'] }]])
    const added = pluginsOf([['b', { after: ['a'] }]])
    expect(() => orderPlugins(placed, added)).toThrow('REG_PLUGIN_ORDER')
  })

  it('with a near miss', () => {
    const plugins = pluginsOf([['a', { requires: ['chekpoint'] }], ['checkpoint']])
    expect(() => orderPlugins([], plugins)).toThrow('Did you mean "checkpoint"?')
  })
})
