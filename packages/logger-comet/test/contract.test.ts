import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { cometLogger } from '../src/index.js'
import { comet } from './helpers/comet.js'
import { temporaryFolder } from './helpers/folder.js'

const readme = new URL('../README.md', import.meta.url)

it.each(['rest', 'sdk'] as const)('keeps the plugin contract: %s', async (api) => {
  const { logger } = await comet()
  await pluginContract((own) => logger({ api, ...own }), { readme })
})

it('keeps the plugin contract: offline', async () => {
  const offlineDir = temporaryFolder()
  await pluginContract((own) => cometLogger({ offline: true, offlineDir, ...own }), { readme })
})
