import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorCodes, lifecycle } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { hookPayloads } from '../tooling/hook-payloads.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Names in the first column of the tables before the first heading. */
function firstColumnOf(page: string): string[] {
  const [text = ''] = readFileSync(`${root}docs/${page}`, 'utf8').split('\n## ')
  return [...text.matchAll(/^\| (?:&emsp;)*`(\w+)` \|/gm)].map(([, name]) => name as string)
}

it('docs/errors.md has every error code of core and no other', () => {
  expect(firstColumnOf('errors.md').toSorted()).toEqual(Object.keys(errorCodes).toSorted())
})

it('docs/hooks.md has every hook and stream of the lifecycle, in its order', () => {
  expect(firstColumnOf('hooks.md')).toEqual(Object.keys(lifecycle))
})

describe('the fields of payloads', () => {
  it('each hook links to those that it tells, and each has a type and a sentence', () => {
    const text = readFileSync(`${root}docs/hooks.md`, 'utf8')
    const tables = text.split('\n### ').slice(1)
    const fields = new Map(
      tables.map((table) => {
        const [title = ''] = table.split('\n')
        const rows = [...table.matchAll(/^\| `(\w+)` \| `(.+?)` \| (.+) \|$/gm)]
        return [title.toLowerCase().replaceAll(', ', '-'), rows.map(([, name]) => name)] as const
      }),
    )
    for (const [name, { kind }] of Object.entries(lifecycle)) {
      if (kind === 'wrap') continue
      const [, link = ''] =
        text.match(new RegExp(`^\\| [^|]*\`${name}\`.*\\]\\(#([\\w-]+)\\)`, 'm')) ?? []
      expect(fields.get(link)?.length, name).toBeGreaterThan(0)
    }
    expect(fields.get('counters')).toEqual(['epoch', 'batch', 'step', 'samples', 'validations'])
    const ofOutput = [...fields].flatMap(([link, names]) =>
      names.includes('output') ? [link] : [],
    )
    expect(ofOutput).toEqual([
      'validationbatchendpayload-testbatchendpayload-predictbatchendpayload',
    ])
  })

  const written = (types: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'regimen-docs-')), 'lifecycle.ts')
    const head = 'declare const series: <P>(depth: number) => P\n'
    const table = 'export const lifecycle = { opened: series<OpenedPayload>(0) } as const\n'
    writeFileSync(path, `${head}${types}\n${table}`)
    return path
  }

  it('are read with those that are inherited', () => {
    const base = 'interface Base {\n  /** How wide. */\n  readonly width?: number\n}'
    const own =
      'interface OpenedPayload extends Base {\n  /** By whom. */\n  readonly by: string\n}'
    const told = hookPayloads(written(`${base}\n${own}`))
    expect(told.get('opened')).toEqual({
      payload: 'OpenedPayload',
      fields: [
        { name: 'by', type: 'string', sentence: 'By whom.', owner: 'OpenedPayload' },
        { name: 'width', type: 'number | undefined', sentence: 'How wide.', owner: 'Base' },
      ],
    })
  })

  it('are refused where one has no sentence', () => {
    const path = written('interface OpenedPayload { readonly by: string }')
    expect(() => hookPayloads(path)).toThrow('OpenedPayload.by has no sentence')
  })
})

it('the generated pages are what the tables in core say', () => {
  const check = () =>
    execFileSync(process.execPath, ['tooling/docs.mjs', '--check'], { cwd: root, stdio: 'pipe' })
  expect(check).not.toThrow()
})

it('docs/security.md names a test for each claim, and the tests are there', () => {
  const text = readFileSync(`${root}docs/security.md`, 'utf8')
  const rows = [...text.matchAll(/^\| (?!claim|---|:?-)(.+?) \| (.+?) \|$/gm)]
  expect(rows.length).toBeGreaterThan(2)
  for (const [, claim, shownBy = ''] of rows) {
    const named = [...shownBy.matchAll(/`([^`]+)`/g)].map(([, path]) => path)
    expect(named, claim).not.toEqual([])
    for (const path of named) expect(existsSync(`${root}${path}`), path).toBe(true)
  }
})
