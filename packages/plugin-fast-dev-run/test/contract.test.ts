import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { fastDevRun } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(() => fastDevRun({ batches: 2 }), {
    readme: new URL('../README.md', import.meta.url),
  }))
