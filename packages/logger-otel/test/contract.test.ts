import { pluginContract } from '@regimen/testing'
import { expect, it } from 'vitest'
import { otelLogger } from '../src/index.js'
import { collector } from './helpers/collector.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', async () => {
  const fake = await collector()
  const own = { endpoint: fake.url, protocol: 'http/json', deadlineMs: 60_000 } as const
  await pluginContract((more) => otelLogger({ ...own, ...more }), { readme })
  expect(fake.faults).toEqual([])
})
