import '@tensorflow/tfjs-backend-cpu'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it } from 'vitest'
import { API_KEY, comet } from './helpers/comet.js'
import { temporaryFolder } from './helpers/folder.js'

/** Names of the files below a folder that hold the key. */
const filesWithKey = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name)
    return statSync(path).isFile() && readFileSync(path).includes(API_KEY)
  })

describe('the API key', () => {
  it.each(['rest', 'sdk'] as const)('is only where Comet wants it: %s', async (api) => {
    const { fake, logger } = await comet()
    const rootDir = temporaryFolder()
    const scripts = temporaryFolder({ 'train.js': `cometLogger({ apiKey: '${API_KEY}' })` })
    const own = { api, logCode: join(scripts, 'train.js'), logEnvironment: true, logGit: true }
    const plugin = logger(own)
    const run = training({ plugins: [plugin], steps: 5, rootDir, hparams: { key: API_KEY } })
    fake.faults.add(/metric$/, { kind: 'drop-after' })
    await run.fit()
    expect(fake.experiment.code).toBe("cometLogger({ apiKey: '***' })")
    const bodies = fake.requests.filter(({ body }) => body.includes(API_KEY))
    expect(new Set(bodies.map(({ path }) => path))).toEqual(
      new Set(api === 'sdk' ? ['/clientlib/logger/add/run'] : []),
    )
    for (const { url, headers } of fake.requests) {
      const { authorization, ...others } = headers
      expect(authorization).toBe(API_KEY)
      expect([url, JSON.stringify(others)].join()).not.toContain(API_KEY)
    }
    expect(run.lines().join()).not.toContain(API_KEY)
    expect(inspect(plugin, { depth: 9 }) + JSON.stringify(plugin)).not.toContain(API_KEY)
  })

  it.each(['rest', 'sdk'] as const)('is in no file of a run that waits: %s', async (api) => {
    const { fake, logger } = await comet()
    await fake.stop()
    const rootDir = temporaryFolder()
    const scripts = temporaryFolder({ 'train.js': `cometLogger({ apiKey: '${API_KEY}' })` })
    const own = { api, logCode: join(scripts, 'train.js'), logEnvironment: true, deadlineMs: 100 }
    const hparams = { key: API_KEY, nested: { note: `k=${API_KEY}` } }
    const run = training({ plugins: [logger(own)], steps: 5, rootDir, hparams })
    await run.fit()
    expect(run.counts()?.spooled).toBeGreaterThan(0)
    expect(filesWithKey(rootDir)).toEqual([])
    expect(run.lines().join()).not.toContain(API_KEY)
  })
})
