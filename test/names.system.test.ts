import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Complaint, typeErrors } from './helpers/type-errors.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'test', 'fixtures', 'names')
const names = join(folder, 'names.ts')
const everyPlugin = join(folder, 'every-plugin.ts')
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const paths = { '@regimen/*': [join(root, 'packages', '*', 'src', 'index.ts')] }

/** What the compiler says of a file in a program of some. */
function complaints(file: string, all: readonly Complaint[]): Complaint[] {
  return all.filter(({ path }) => path === file)
}

describe('names of metrics and plugins', () => {
  let closed: Complaint[]
  beforeAll(() => {
    const files = [names, everyPlugin, join(folder, 'complete.ts')]
    closed = typeErrors(files, { ...options, paths })
  }, 240_000)

  it('are open unless the program says that it knows them all', () => {
    expect(complaints(names, typeErrors([names], { ...options, paths }))).toEqual([])
  })

  it('are closed where it says so: each misspelt one is an error, with what it may be', () => {
    const lines = readFileSync(names, 'utf8').split('\n')
    const wrong = lines.flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []))
    const found = complaints(names, closed)
    expect(wrong).toHaveLength(13)
    expect(found.map(({ line }) => line)).toEqual(wrong)
    const named = /['"](val_)?los['"]|"early-stoping"|not assignable to type 'MetricName'/
    for (const { text } of found) expect(text).toMatch(named)
  })

  it('of all plugins that a config can name are known where their packages are imported', () => {
    const text = readFileSync(everyPlugin, 'utf8')
    const packages = readdirSync(join(root, 'packages')).filter((name) =>
      /^(plugin|backend|logger|preset)-(?!kit$)|^profiler$/.test(name),
    )
    expect(packages.length).toBeGreaterThanOrEqual(15)
    for (const name of packages) {
      expect(text).toContain(`import '@regimen/${name}'`)
      expect(text).toContain(`'${name.replace('plugin-', '')}'`)
    }
    expect(complaints(everyPlugin, closed)).toEqual([])
  })
})
