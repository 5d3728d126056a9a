import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { compile } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', () => pluginContract(() => compile(), { readme }))
