import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { temporaryFolder } from './helpers/folder.js'
import { httpStand } from './helpers/http-stand.js'

it('a logger keeps the plugin contract', { timeout: 900_000 }, async () => {
  const { logger } = await httpStand()
  const readme = new URL('../README.md', import.meta.url)
  const options = { rootDir: temporaryFolder() }
  await pluginContract((own) => logger(own), { readme, options })
})
