import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorCodes, lifecycle } from '@regimen/core'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

function firstColumnOf(page: string): string[] {
  const text = readFileSync(`${root}docs/${page}`, 'utf8')
  return [...text.matchAll(/^\| (?:&emsp;)*`(\w+)` \|/gm)].map(([, name]) => name as string)
}

it('docs/errors.md has every error code of core and no other', () => {
  expect(firstColumnOf('errors.md').toSorted()).toEqual(Object.keys(errorCodes).toSorted())
})

it('docs/hooks.md has every hook and stream of the lifecycle, in its order', () => {
  expect(firstColumnOf('hooks.md')).toEqual(Object.keys(lifecycle))
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
