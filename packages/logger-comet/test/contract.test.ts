import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { comet } from './helpers/comet.js'
import { temporaryFolder } from './helpers/folder.js'

const readme = new URL('../README.md', import.meta.url)

// Online in a thread, since Node's own fetch leaves timers for its connections where it is used.
it.each([
  ['online', {}],
  ['offline', { offline: true, thread: false }],
] as const)('keeps the plugin contract: %s', { timeout: 300_000 }, async (_, given) => {
  const { logger } = await comet()
  const rootDir = temporaryFolder()
  const settings = { ...given, offlineDir: temporaryFolder() }
  await pluginContract((own) => logger({ ...settings, ...own }), { readme, options: { rootDir } })
})
