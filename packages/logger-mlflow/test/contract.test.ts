import { pluginContract } from '@regimen/testing'
import { it, vi } from 'vitest'
import { httpFetch } from '../../../test/helpers/http-fetch.js'
import { temporaryFolder } from './helpers/folder.js'
import { mlflow } from './helpers/mlflow.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', async () => {
  const { logger } = await mlflow()
  // Node's own keeps timers for its connections.
  vi.stubGlobal('fetch', httpFetch)
  await pluginContract((own) => logger(own), { readme, options: { rootDir: temporaryFolder() } })
  vi.unstubAllGlobals()
})
