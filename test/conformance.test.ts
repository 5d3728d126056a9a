import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const statuses = ['tested', 'deviates', 'later', 'omitted']

interface Row {
  readonly id: string
  readonly rule: string
  readonly status: string
  readonly where: string
}

/** The lines of a table of docs/conformance.md. */
function rowsOf(page: string): Row[] {
  return page
    .split('\n')
    .filter((line) => /^\| C\d{3} \|/.test(line))
    .map((line) => {
      const [id = '', rule = '', status = '', where = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim())
      return { id, rule, status, where }
    })
}

/** Every test file of the repository by its path from the root. */
function testFiles(): string[] {
  const folders = ['test', ...list('packages').map((name) => `packages/${name}/test`)]
  return folders.flatMap((folder) =>
    list(folder, true)
      .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
      .map((path) => `${folder}/${path}`),
  )
}

function list(folder: string, recursive = false): string[] {
  try {
    return readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
  } catch {
    return []
  }
}

/** Numbers of cases that strings of a test file begin with: its titles, or what a table gives them. */
function casesIn(source: string): Set<string> {
  return new Set([...source.matchAll(/['"`](C\d{3})\b/g)].map(([, id]) => id as string))
}

const rows = rowsOf(readFileSync(join(root, 'docs/conformance.md'), 'utf8'))
const cases = new Map(
  testFiles().map((path) => [path, casesIn(readFileSync(join(root, path), 'utf8'))]),
)

describe('docs/conformance.md', () => {
  it('has each case once, in order, with a rule, a known status and a place or reason', () => {
    const ids = rows.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(150)
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(rows.filter(({ status }) => !statuses.includes(status))).toEqual([])
    expect(rows.filter(({ rule, where }) => rule === '' || where === '')).toEqual([])
  })

  it('names for each tested or deviating case a file that has a test with its number', () => {
    const wrong = rows
      .filter(({ status }) => status === 'tested' || status === 'deviates')
      .filter(({ id, where }) => !cases.get(where.replaceAll('`', ''))?.has(id))
    expect(wrong).toEqual([])
  })

  it('knows every case that a test names as tested or deviating', () => {
    const known = new Set(
      rows.flatMap(({ id, status }) => (status === 'tested' || status === 'deviates' ? [id] : [])),
    )
    const forgotten = [...cases].flatMap(([path, ids]) =>
      [...ids].filter((id) => !known.has(id)).map((id) => `${id} in ${path}`),
    )
    expect(forgotten).toEqual([])
  })

  it('says with which package each later case comes', () => {
    const later = rows.filter(({ status }) => status === 'later')
    expect(later.filter(({ where }) => !/^with the package `[a-z-]+`/.test(where))).toEqual([])
  })
})
