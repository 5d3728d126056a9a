import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../packages', import.meta.url))

function sourcesOf(name: string): string[] {
  return readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(name, 'src', path))
}

it('no source file of any package is longer than 220 lines, comments included', () => {
  const lengths = readdirSync(packages)
    .flatMap(sourcesOf)
    .map((path) => [path, linesOf(join(packages, path))] as const)
  expect(lengths.length).toBeGreaterThan(50)
  expect(lengths.filter(([, length]) => length > 220)).toEqual([])
})

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').trimEnd().split('\n').length
}
