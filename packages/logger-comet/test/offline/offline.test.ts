import '@tensorflow/tfjs-backend-cpu'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it } from 'vitest'
import { type CometLoggerOptions, cometLogger } from '../../src/index.js'
import { temporaryFolder } from '../helpers/folder.js'
import { readArchive } from '../helpers/read-archive.js'

const quiet = { offline: true, logGit: false, thread: false } as const
const zipsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.zip'))
const run = (own: CometLoggerOptions, more: object = {}) =>
  training({
    plugins: [cometLogger({ ...quiet, ...own })],
    steps: 5,
    rootDir: temporaryFolder(),
    ...more,
  })

describe('a run without a server', () => {
  it('becomes an archive with all that is known of it, and says how to send it', async () => {
    const offlineDir = temporaryFolder()
    const own = {
      offline_dir: offlineDir,
      project_name: 'mnist',
      workspace: 'team',
      experiment_name: 'first',
      tags: ['a'],
      logCode: import.meta.filename,
      logGit: true,
      thread: true,
    }
    const { fit, lines, counts } = run(own, { hparams: { lr: { rate: 1 } } })
    await fit()
    const [zip = ''] = zipsIn(offlineDir)
    const path = join(offlineDir, zip)
    expect(zip).toMatch(/^[0-9a-f]{32}\.zip$/)
    expect(lines()).toContainEqual(expect.stringContaining(`comet upload ${path}`))
    const { experiment, messages, contents } = readArchive(path)
    expect(experiment).toMatchObject({
      offline_id: zip.slice(0, 32),
      project_name: 'mnist',
      workspace: 'team',
      tags: ['a'],
      resume_strategy: 'create',
      customer_error_reported: false,
    })
    const payloads = (type: string) =>
      messages.filter((one) => one.type === type).map(({ payload }) => payload)
    expect(
      payloads('metric_msg').map(({ metric }) => (metric as { metricName: string }).metricName),
    ).toEqual(['loss', 'loss', 'loss', 'loss', 'loss', 'loss_epoch'])
    expect(payloads('parameter_msg')).toMatchObject([
      { param: { paramName: 'lr/rate', paramValue: '1' } },
    ])
    expect(payloads('log_other')).toContainEqual(
      expect.objectContaining({ key: 'Name', value: 'first' }),
    )
    expect(payloads('system_details')).toMatchObject([{ env: {}, pid: process.pid }])
    expect(payloads('git_metadata')).toHaveLength(1)
    const texts = Object.values(contents).map((hex) => Buffer.from(hex, 'hex').toString())
    expect(texts.some((text) => text.includes('a run without a server'))).toBe(true)
    expect(counts()).toMatchObject({ sent: 7, dropped: 0, rejected: 0 })
  })

  it('goes on with an experiment that exists as its mode says', async () => {
    const offlineDir = temporaryFolder()
    const experimentKey = 'a'.repeat(32)
    for (const mode of ['create', 'get', 'get_or_create'] as const) {
      await run({ offlineDir, experimentKey, mode }).fit()
    }
    const modes = zipsIn(offlineDir).map(
      (zip) => readArchive(join(offlineDir, zip)).experiment.resume_strategy,
    )
    expect(modes.sort()).toEqual(['create', 'get', 'get_or_create'])
  })

  it('tells of a failure', async () => {
    const offlineDir = temporaryFolder()
    const { trainer, fit } = run({ offlineDir })
    trainer.hooks.batchStart.tap('user', ({ batch }) => {
      if (batch === 1) throw new Error('no data')
    })
    await expect(fit()).rejects.toThrow('no data')
    const [zip = ''] = zipsIn(offlineDir)
    expect(readArchive(join(offlineDir, zip)).experiment).toMatchObject({
      customer_error_reported: true,
      customer_error_message: 'The run failed.',
    })
  })

  it('does not end where the folder cannot be written', async () => {
    const folder = temporaryFolder({ blocked: 'in the way' })
    const own = { offlineDir: join(folder, 'blocked', 'runs'), deadlineMs: 200 }
    const { fit, lines, counts } = run(own)
    await fit()
    expect(lines().length).toBeLessThanOrEqual(3)
    expect(lines().join('\n')).toContain(own.offlineDir)
    const { sent, dropped = 0, rejected = 0, logged } = counts() ?? {}
    expect([sent, dropped + rejected]).toEqual([0, logged])
  })
})
