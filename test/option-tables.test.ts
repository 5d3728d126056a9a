import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OptionSchema } from '@regimen/core'
import { configFields, optionLines, optionRows } from '@regimen/core/config'
import { expect, it } from 'vitest'
import { settingLines } from '../packages/cli/src/setting-lines.js'
import { optionTableNames, withOptionTables } from '../tooling/option-tables.mjs'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const withIndex = readdirSync(packages).filter((name) =>
  existsSync(`${packages}${name}/src/index.ts`),
)

const isSchema = (value: unknown): value is OptionSchema =>
  typeof value === 'object' && value !== null && 'fields' in value && 'owner' in value

it.each(withIndex)('the tables of options of %s are those of its schemas', async (name) => {
  const exported = (await import(`${packages}${name}/src/index.ts`)) as Record<string, unknown>
  const readme = readFileSync(`${packages}${name}/README.md`, 'utf8')
  const schemas = Object.keys(exported).filter((key) => isSchema(exported[key]))
  expect(optionTableNames(readme).toSorted()).toEqual(schemas.toSorted())
  const schemaOf = (key: string) => exported[key] as OptionSchema
  expect(withOptionTables(readme, schemaOf, optionRows)).toBe(readme)
  for (const { fields } of schemas.map(schemaOf)) {
    const silent = Object.entries(fields).filter(([, { spec }]) => !spec.meaning)
    expect(silent.map(([key]) => key)).toEqual([])
  }
})

it('every plugin that a config can name says what it takes', async () => {
  const plugins = withIndex.filter((name) =>
    /^(plugin|logger|backend|preset)-|^profiler$/.test(name),
  )
  const silent: string[] = []
  for (const name of plugins.filter((other) => other !== 'logger-kit')) {
    const exported = (await import(`${packages}${name}/src/index.ts`)) as Record<string, unknown>
    if (!isSchema(exported.options)) silent.push(name)
  }
  expect(silent).toEqual([])
})

it('help has the keys of --set as the schema of configs has them', () => {
  const { module: _, data: __, plugins: ___, ...fields } = configFields
  expect(settingLines).toBe(optionLines(optionRows({ fields })))
})
