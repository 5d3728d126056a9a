import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { lrFinder } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each([
    { steps: 15, picture: false },
    { steps: 15, apply: true },
  ])('with %o', async (options) => {
    const rootDir = mkdtempSync(join(tmpdir(), 'lr-finder-'))
    try {
      await pluginContract(() => lrFinder(options), { readme, options: { rootDir } })
    } finally {
      rmSync(rootDir, { recursive: true })
    }
  })
})
