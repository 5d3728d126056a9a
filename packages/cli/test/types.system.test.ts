import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, pack, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const FILE = 'regimen-env.d.ts'
const source = "throw new Error('it is not loaded')"
const declaration = (name: string) =>
  `declare module '@regimen/core' { interface PluginOptionsMap { '${name}': object } }\nexport {}\n`
const typed = (name: string, plugin: string) => ({
  ...pack(name, source),
  [`node_modules/${name}/dist/index.d.ts`]: declaration(plugin),
})
const PLUGINS = {
  ...typed('@regimen/plugin-early-stopping', 'early-stopping'),
  ...typed('@regimen/logger-csv', 'logger-csv'),
  ...typed('regimen-plugin-polite', 'polite'),
  ...pack('regimen-plugin-plain', source),
  ...pack('regimen-plugin-unused', source),
  ...pack('@regimen/logger-kit', source),
}
const NAMES = "plugins: ['polite', [witness, [['plain', { a: 1 }]]], false, witness]"
const named = (files = {}) => project({ ...PLUGINS, 'trainer.config.ts': config(NAMES), ...files })

const text = `// Written by "regimen types", which overwrites this file: the plugins that trainer.config.ts may name.
import type {} from '@regimen/core'
import type {} from '@regimen/logger-csv'
import type {} from '@regimen/plugin-early-stopping'
import type {} from 'regimen-plugin-polite'

declare module '@regimen/core' {
  interface CompleteNames {
    plugins: true
  }
  interface PluginOptionsMap {
    'plain': object
  }
}
`

describe('regimen types', () => {
  it('writes the types of all plugins that are installed, and names those without types', async () => {
    const root = named()
    const { code, stdout } = await regimen(root, 'types')
    expect(code).toBe(0)
    expect(stdout).toBe(`${join(root, FILE)} has the types of 3 plugins.\n`)
    expect(readFileSync(join(root, FILE), 'utf8')).toBe(text)
    expect(existsSync(join(root, 'seen.log'))).toBe(false)
  })

  it('writes its own file anew, and says where nothing is new', async () => {
    const root = named({ [FILE]: `${text}// longer\n` })
    expect((await regimen(root, 'types')).stdout).toMatch(/has the types of 3 plugins/)
    expect(readFileSync(join(root, FILE), 'utf8')).toBe(text)
    expect((await regimen(root, 'types')).stdout).toMatch(/was up to date/)
  })

  it('leaves a file that it did not write, and what a link leads to', async () => {
    const root = named({ [FILE]: 'export {}\n', 'other/trainer.config.ts': '' })
    const first = await regimen(root, 'types')
    expect(first).toMatchObject({ code: 2, stdout: '' })
    expect(first.stderr).toContain(`${join(root, FILE)} is not of "regimen types"`)
    expect(readFileSync(join(root, FILE), 'utf8')).toBe('export {}\n')
    writeFileSync(join(root, 'other/trainer.config.ts'), config(NAMES).replace('./line', '../line'))
    symlinkSync(join(root, 'nowhere.d.ts'), join(root, 'other', FILE))
    const second = await regimen(root, 'types', '--config', 'other/trainer.config.ts')
    expect(second.code).toBe(2)
    expect(existsSync(join(root, 'nowhere.d.ts'))).toBe(false)
  })

  it('writes nothing for a name that is not installed, with the nearest one', async () => {
    const root = named({ 'trainer.config.ts': config("plugins: ['polit']") })
    const { code, stderr } = await regimen(root, 'types')
    expect(code).toBe(1)
    expect(stderr).toMatch(/REG_PLUGIN_NOT_FOUND.*"polit".*Did you mean "polite"\?/s)
    expect(existsSync(join(root, FILE))).toBe(false)
  })

  it('refuses a config that no compiler reads', async () => {
    const files = {
      'trainer.config.json':
        '{ "module": "./line.ts", "data": "./line.ts", "plugins": ["polite"] }',
    }
    const root = project({ ...PLUGINS, ...files })
    const { code, stderr } = await regimen(root, 'types')
    expect(code).toBe(2)
    expect(stderr).toContain(`No compiler reads ${join(root, 'trainer.config.json')}.`)
    expect(existsSync(join(root, FILE))).toBe(false)
  })
})
