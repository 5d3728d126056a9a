import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPlugin } from '@regimen/testing'
import { expect, it } from 'vitest'
import { FakeService } from '../src/testing/index.js'
import { httpLogger } from './example/http-logger.js'

it.each([true, false])('smokes', async (thread) => {
  const service = await new FakeService(() => ({ status: 200 })).up()
  const rootDir = mkdtempSync(join(tmpdir(), 'kit-'))
  const run = await runPlugin(httpLogger({ url: service.url, key: 'marker-key', thread }), {
    metrics: [
      { loss: 1, val_loss: 2 },
      { loss: 0.5, val_loss: 1 },
    ],
    options: { rootDir, logEvery: { steps: 1 } },
  } as never)
  console.log(
    run.reports,
    service.requests.map((r) => [r.url, String(r.body).slice(0, 1500)]),
    readdirSync(rootDir),
  )
  await service.down()
})
