import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
const files = [...page.matchAll(/`([\w-]+\/src\/[\w/-]+\.ts)`/g)].map(([, path = '']) => path)
const sections = page.split(/^## /m).slice(1)

describe('ARCHITECTURE.md', () => {
  it('names files that exist', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(files.filter((path) => !existsSync(join(root, 'packages', path)))).toEqual([])
  })

  it('names folders of core that exist', () => {
    const table = sections.find((section) => section.startsWith('Core, folder by folder')) ?? ''
    const folders = [...table.matchAll(/`(\w+)\/`/g)].map(([, folder = '']) => folder)
    expect(folders.length).toBeGreaterThan(10)
    const core = join(root, 'packages/core/src')
    expect(folders.filter((folder) => !existsSync(join(core, folder)))).toEqual([])
  })

  it('walks one file after the other', () => {
    const walks = sections.filter((section) => /^1\. /m.test(section))
    expect(walks).toHaveLength(5)
    for (const walk of walks) {
      const steps = walk.match(/^\d+\. .*$/gm) ?? []
      expect(steps.length).toBeGreaterThan(5)
      expect(steps.filter((step) => !/^\d+\. `[\w/.-]+`/.test(step))).toEqual([])
    }
  })

  it('answers ten questions, each with at most three files', () => {
    const questions = sections.find((section) => section.startsWith('Ten questions')) ?? ''
    const rows = questions.match(/^\| .*\?.*$/gm) ?? []
    expect(rows).toHaveLength(10)
    const counts = rows.map((row) => (row.match(/\.ts`/g) ?? []).length)
    expect(counts.filter((count) => count < 1 || count > 3)).toEqual([])
  })

  it('tells the hooks that files of core emit by their names', () => {
    const emitters: Readonly<Record<string, readonly string[]>> = {
      'core/src/loop/fit-loop.ts': [
        'fitStart',
        'epochStart',
        'epochEnd',
        'monitor',
        'save',
        'fitEnd',
      ],
      'core/src/loop/train-batch.ts': ['batch', 'batchStart', 'batchEnd'],
      'core/src/loop/optimizer-step.ts': ['gradients', 'stepStart', 'stepEnd'],
    }
    for (const [path, hooks] of Object.entries(emitters)) {
      const text = readFileSync(join(root, 'packages', path), 'utf8')
      const emitted = [...text.matchAll(/hooks\.(?:emit|waterfall)\(\s*'(\w+)'/g)]
      expect(emitted.map(([, hook]) => hook)).toEqual(expect.arrayContaining([...hooks]))
    }
  })
})
