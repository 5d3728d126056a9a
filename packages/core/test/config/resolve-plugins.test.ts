import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type ConfigPluginEntry,
  installedPlugins,
  pluginNames,
  resolvePlugins,
} from '../../src/config/index.js'
import { definePlugin, type Plugin } from '../../src/index.js'
import { folder } from './folder.js'

const make = (name: string) =>
  `(options) => ({ api: 1, id: '${name}', name: '${name}', options, apply() {} })`

function installed(): string {
  const files: Record<string, string> = {}
  const add = (name: string, exports: object, source: string) => {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, type: 'module', exports })
    files[`node_modules/${name}/index.js`] = source
  }
  const main = { '.': { import: './index.js' } }
  add(
    '@regimen/plugin-early-stopping',
    main,
    `export const earlyStopping = ${make('early-stopping')}`,
  )
  add('regimen-plugin-early-stopping', main, `throw new Error('not this one')`)
  add('regimen-plugin-polite', main, `export default ${make('polite')}`)
  add('@regimen/profiler', main, `export const profiler = ${make('profiler')}`)
  add('@regimen/logger-csv', main, `export const csv = ${make('logger-csv')}`)
  add('@regimen/preset-default', main, `export const presetDefault = ${make('preset-default')}`)
  add('@regimen/plugin-broken', main, `import 'absent-package'`)
  add('@regimen/plugin-empty', main, `export const other = 1`)
  add(
    '@regimen/plugin-strict',
    main,
    `export const strict = () => { throw new RangeError('patience is -1') }`,
  )
  return join(folder(files), 'trainer.config.ts')
}

const named = (entries: readonly unknown[], from = installed()) =>
  resolvePlugins(entries as ConfigPluginEntry[], { from }) as Promise<
    (Plugin & { options: unknown })[]
  >

describe('a plugin that is named', () => {
  it.each([
    ['early-stopping', 'early-stopping'],
    ['polite', 'polite'],
    ['profiler', 'profiler'],
    ['logger-csv', 'logger-csv'],
    ['preset-default', 'preset-default'],
  ])('%s is found as the config file would import it', async (name, found) => {
    const [plain, withOptions] = await named([name, [name, { a: 1 }]])
    expect(plain).toMatchObject({ name: found, options: {} })
    expect(withOptions).toMatchObject({ name: found, options: { a: 1 } })
  })

  it('stands beside plugins, lists and falsy entries, in order', async () => {
    const own = definePlugin({ name: 'own', apply() {} })
    const list = await named([own, false, [own, 'polite'], ['polite', own], null, ''])
    expect(list[0]).toBe(own)
    expect(list).toMatchObject([
      { name: 'own' },
      false,
      [own, { name: 'polite' }],
      [{ name: 'polite' }, own],
      null,
      '',
    ])
  })

  it.each([42, true, () => ({})])('refuses options that are no object: %s', async (found) => {
    const refused = named([['polite', false], [['polite', found]]])
    await expect(refused).rejects.toMatchObject({
      code: 'REG_CONFIG_INVALID',
      message: expect.stringMatching(
        /"plugins\[1\]\[0\]\[1\]" is .*; expected the options of "polite"/,
      ),
      data: { plugin: 'polite', found },
    })
  })

  it('is missing: the names that were tried are listed', async () => {
    await expect(named(['absent'])).rejects.toMatchObject({
      code: 'REG_PLUGIN_NOT_FOUND',
      message: expect.stringContaining('Tried @regimen/plugin-absent, regimen-plugin-absent'),
    })
  })

  it.each([
    ['broken', 'absent-package'],
    ['empty', '"empty", "empty", "default"'],
  ])('%s is there and cannot be used: the reason is given', async (name, reason) => {
    await expect(named([name])).rejects.toMatchObject({
      code: 'REG_PLUGIN_NOT_FOUND',
      message: expect.stringContaining(reason),
    })
  })

  it('refuses its options: that is what the error says, not that it is missing', async () => {
    await expect(named([['strict', { patience: -1 }]])).rejects.toMatchObject({
      code: 'REG_OPTION_INVALID',
      plugin: 'strict',
      detail:
        'Plugin "strict" of @regimen/plugin-strict refuses its options {"patience":-1}: patience is -1',
    })
  })

  it('is misspelt: the one that is installed and has a name like it is named', async () => {
    await expect(named(['early-stoping'])).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean "early-stopping"? Installed are "'),
    })
    await expect(named(['profler'])).rejects.toThrow('Did you mean "profiler"?')
  })

  it('is nowhere: no package is named as if it were known to exist', async () => {
    const from = join(folder({}), 'trainer.config.ts')
    const missing = named(['absent'], from)
    await expect(missing).rejects.toThrow('Install the package that has it, or correct the name.')
    await expect(missing).rejects.not.toThrow('npm install')
    await expect(missing).rejects.toMatchObject({ data: { plugin: 'absent', from } })
  })
})

describe('a config that may name plugins', () => {
  it('has their names in order, however deep in lists, without what is no name', () => {
    const own = definePlugin({ name: 'own', apply() {} })
    const entries: ConfigPluginEntry[] = [
      'b',
      own,
      false,
      [
        ['a', { x: 1 }],
        ['c', own],
      ],
      'b',
      '',
    ]
    expect(pluginNames(entries, { from: 'trainer.config.ts' })).toEqual(['b', 'a', 'c', 'b'])
    expect(() => pluginNames(['../b'], { from: 'trainer.config.ts' })).toThrow('plugins[0]')
  })

  it('can name what is installed above it: of two packages for one name the one that is taken', () => {
    const plugins = installedPlugins({ from: installed() })
    expect(plugins).toContainEqual({ name: 'logger-csv', package: '@regimen/logger-csv' })
    expect(plugins).toContainEqual({ name: 'polite', package: 'regimen-plugin-polite' })
    expect(plugins.filter(({ name }) => name === 'early-stopping')).toEqual([
      { name: 'early-stopping', package: '@regimen/plugin-early-stopping' },
    ])
  })
})
