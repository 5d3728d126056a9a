import type { RegimenConfig } from '@regimen/core/config'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

test.each([
  { key: undefined, loggers: ['csv-logger', 'tensorboard-logger'] },
  { key: 'a-key-of-nobody', loggers: ['csv-logger', 'tensorboard-logger', 'comet-logger'] },
])('with the Comet key $key the loggers are $loggers', async ({ key, loggers }) => {
  vi.stubEnv('COMET_API_KEY', key)
  const { default: config } = (await import('../trainer.config.js')) as { default: RegimenConfig }
  const names = (config.plugins ?? []).flatMap((plugin) =>
    typeof plugin === 'object' && plugin && 'name' in plugin ? [plugin.name] : [],
  )
  expect(names.filter((name) => name.endsWith('-logger') && name !== 'lr-logger')).toEqual(loggers)
})
