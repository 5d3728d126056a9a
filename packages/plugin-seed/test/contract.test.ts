import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { seed } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(() => seed(1), { readme: new URL('../README.md', import.meta.url) }))
