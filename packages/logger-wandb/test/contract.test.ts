import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { wandbLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', () => {
  const options = { rootDir: temporaryFolder() }
  return pluginContract((own) => wandbLogger({ thread: false, ...own }), { readme, options })
})
