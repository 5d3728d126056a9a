import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)

it('the map names files that exist, and each of its steps one', () => {
  const map = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8')
  const files = [...map.matchAll(/`(src\/[^`]+)`/g)].map(([, path]) => path as string)
  expect(files.length).toBeGreaterThan(25)
  expect(files.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
  const steps = map.split('\n').filter((line) => /^\d+\. /.test(line))
  const named = map.split(/^\d+\. /m).slice(1)
  expect(named).toHaveLength(steps.length)
  expect(named.filter((step) => !step.includes('`src/'))).toEqual([])
})
