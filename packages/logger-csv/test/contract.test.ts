import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { csvLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/stand.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', () => {
  const dir = temporaryFolder()
  return pluginContract((own) => csvLogger({ dir, thread: false, ...own }), { readme })
})
