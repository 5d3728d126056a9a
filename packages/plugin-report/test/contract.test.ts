import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { report } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(() => report({ machineSeconds: 1 }), {
    readme: new URL('../README.md', import.meta.url),
  }))
