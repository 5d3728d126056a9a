import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { tensorboardLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/stand.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', () => {
  const dir = temporaryFolder()
  const shared = { dir, thread: false, histograms: { every: { steps: 1 } } }
  return pluginContract((own) => tensorboardLogger({ ...shared, ...own }), { readme })
})
