import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { codeLines } from './helpers/code-lines.js'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
const sources = readdirSync(packages).flatMap((name) => typescriptIn(`${name}/src`))

/** Lines of code in all of these files: a line over 100 columns is two. */
function budgetOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + codeLines(read(path)), 0)
}

function typescriptIn(folder: string): string[] {
  return readdirSync(join(packages, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`)
}

function read(path: string): string {
  return readFileSync(join(packages, path), 'utf8')
}

describe('core', () => {
  const core = sources.filter((path) => path.startsWith('core/src/'))

  it('has at most 2,400 lines of code: the loop and its lifecycle', () => {
    const isLoop = (path: string) => !/^core\/src\/(config|layers)\//.test(path)
    expect(budgetOf(core.filter(isLoop))).toBeLessThanOrEqual(2400)
  })

  it('has at most 3,000 with config files and layers', () => {
    expect(budgetOf(core)).toBeLessThanOrEqual(3000)
  })
})

it('no source file of any package is longer than 220 lines, comments included', () => {
  const lengths = sources.map((path) => [path, read(path).trimEnd().split('\n').length] as const)
  expect(lengths.length).toBeGreaterThan(50)
  expect(lengths.filter(([, length]) => length > 220)).toEqual([])
})

describe('a line of code', () => {
  it.each([
    ['blank lines and comments are none', '\n// why\n/** what\n * more */\nconst a = 1\n\n', 1],
    ['a comment behind code costs nothing', 'const a = 1 // one\n', 1],
    ['a comment inside code costs nothing', 'const a = [\n  // one\n  1,\n]\n', 3],
    ['code behind a comment counts', '/* one */ const a = 1\n', 1],
    ['a template counts whole', 'const a = `\n// text\n\n`\n', 4],
    ['101 columns are two lines', `const a = '${'x'.repeat(89)}'\n`, 2],
    ['100 columns are one', `const a = '${'x'.repeat(88)}'\n`, 1],
  ])('%s', (_, source, lines) => {
    expect(codeLines(source)).toBe(lines)
  })
})
