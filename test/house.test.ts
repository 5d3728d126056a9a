import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
const sources = readdirSync(packages).flatMap(sourcesOf)

function sourcesOf(name: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(name, 'src', path))
    .map((path) => ({ path, text: readFileSync(join(packages, path), 'utf8') }))
}

/** The places of what a pattern finds in the sources of some folders, as `file: text`. */
function found(pattern: RegExp, isMeant = (_path: string) => true): string[] {
  return sources
    .filter(({ path }) => isMeant(path))
    .flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([match]) => `${path}: ${match}`))
}

it('no source file of any package is longer than 220 lines, comments included', () => {
  const lengths = sources.map(
    ({ path, text }) => [path, text.trimEnd().split('\n').length] as const,
  )
  expect(lengths.length).toBeGreaterThan(50)
  expect(lengths.filter(([, length]) => length > 220)).toEqual([])
})

describe('grep finds it:', () => {
  it('the name of a hook and the key of a message are never a template', () => {
    expect(found(/\b(?:(?:emit|emitSync|say)\(\s*`|fail\(\s*`REG_).*\$\{.*/g)).toEqual([])
  })

  it('no hook is emitted by a name that is computed', () => {
    expect(found(/\bhooks\[(?!emit\])\w+\]\(.*/g)).toEqual([])
  })

  it('nothing is assigned onto the state of a loop', () => {
    const ontoState =
      /Object\.assign\((?:this\.|run\.|session\.)?(?:this|run|session|state)\b(?!\.).*/g
    expect(found(ontoState)).toEqual([])
  })
})

it('an index is for the outside: only another index names it', () => {
  const inside = (path: string) => !path.endsWith('/index.ts')
  expect(found(/from '\.\.?\/(?:[^']*\/)?index\.js'/g, inside)).toEqual([])
})

it('core has about 38 characters at most in a line of code, without indentation', () => {
  const lines = sources.filter(({ path }) => path.startsWith('core/')).flatMap(codeLines)
  const characters = lines.reduce((sum, line) => sum + line.length, 0)
  expect(lines.length).toBeGreaterThan(1000)
  const average = characters / lines.length
  process.stdout.write(`core has ${average.toFixed(1)} characters in a line of code\n`)
  expect(average).toBeLessThanOrEqual(39.5)
})

/** Lines that are neither empty nor comments, trimmed. */
function codeLines({ text }: { readonly text: string }): string[] {
  const withoutBlocks = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
  return withoutBlocks
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
}
