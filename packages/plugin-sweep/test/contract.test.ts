import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginContract } from '@regimen/testing'
import { afterAll, it } from 'vitest'
import { sweep } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'regimen-sweep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('keeps the plugin contract', () =>
  pluginContract(() => sweep({ folder, monitor: 'loss' as never, mode: 'min' }), {
    readme: new URL('../README.md', import.meta.url),
  }))
