import type { PluginContext } from '@regimen/core'
import { expect, it } from 'vitest'
import { runFolder } from '../src/run-folder.js'

it.each([
  [[], undefined],
  [[{ name: 'online', runId: 'a' }], undefined],
  [[{ name: 'early', runId: 'a', logDir: undefined }], undefined],
  [[{ name: 'nameless', logDir: '/runs/0' }], undefined],
  [[{ name: 'csv', runId: 'a', logDir: '/runs/0' }], '/runs/0/profile/a'],
  [
    [
      { name: 'online', runId: 'b' },
      { name: 'csv', runId: 'a', logDir: '/runs/0' },
    ],
    '/runs/0/profile/a',
  ],
])('with the loggers %j the folder is %s', (loggers, folder) => {
  expect(runFolder({ services: () => loggers } as unknown as PluginContext)).toBe(folder)
})
