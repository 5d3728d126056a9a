import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { wasm } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(() => wasm(), { readme: new URL('../README.md', import.meta.url) }))
