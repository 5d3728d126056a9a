import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { type Complaint, typeErrors } from './helpers/type-errors.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'test', 'fixtures', 'names')
const names = join(folder, 'names.ts')
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const paths = { '@regimen/plugin-*': [join(root, 'packages', 'plugin-*', 'src', 'index.ts')] }

/** What the compiler says of `names.ts` in a program of these files. */
function complaints(files: readonly string[]): Complaint[] {
  return typeErrors(files, { ...options, paths }).filter(({ path }) => path === names)
}

describe('names of metrics', () => {
  it('are open unless the program says that it knows them all', () => {
    expect(complaints([names])).toEqual([])
  })

  it('are closed where it says so: each misspelt one is an error, with what it may be', () => {
    const lines = readFileSync(names, 'utf8').split('\n')
    const wrong = lines.flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []))
    const found = complaints([names, join(folder, 'complete.ts')])
    expect(wrong).toHaveLength(7)
    expect(found.map(({ line }) => line)).toEqual(wrong)
    for (const { text } of found) expect(text).toMatch(/"(val_)?los"/)
  })
})
