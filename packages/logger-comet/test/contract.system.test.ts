import { pluginContract } from '@regimen/testing'
import { it, vi } from 'vitest'
import { httpFetch } from '../../../test/helpers/http-fetch.js'
import { comet } from './helpers/comet.js'
import { temporaryFolder } from './helpers/folder.js'

const readme = new URL('../README.md', import.meta.url)

it.each([
  ['rest', {}],
  ['sdk', { api: 'sdk' }],
  ['offline', { offline: true }],
] as const)('keeps the plugin contract: %s', async (_, given) => {
  vi.stubGlobal('fetch', httpFetch)
  const { logger } = await comet()
  const rootDir = temporaryFolder()
  const settings = { ...given, offlineDir: temporaryFolder(), thread: false }
  await pluginContract((own) => logger({ ...settings, ...own }), { readme, options: { rootDir } })
  vi.unstubAllGlobals()
})
