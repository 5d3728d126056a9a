import '@tensorflow/tfjs-backend-cpu'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncRuns } from '@regimen/logger-kit/sync'
import { training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it, vi } from 'vitest'
import { writer } from '../src/writer.js'
import { DOCUMENTED } from './fake-comet/limits.js'
import { API_KEY, comet, read } from './helpers/comet.js'
import { fastClock } from './helpers/fast-clock.js'
import { temporaryFolder } from './helpers/folder.js'

const NAMES = ['loss', 'a', 'b', 'c', 'd'] as const
/** Metrics of step n that are n + 0.25, n + 0.5 and so on. */
const quarters = (names: readonly string[]) => (step: number) =>
  Object.fromEntries(names.map((name, index) => [name, step + (index + 1) / 4]))
const stepsOf = (count: number) => Array.from({ length: count }, (_, step) => step)

/** Delivers what a run has left, with the key from the environment. */
async function sync(rootDir: string, url: string) {
  vi.stubEnv('COMET_API_KEY', API_KEY)
  vi.stubEnv('COMET_URL_OVERRIDE', url)
  const lines: string[] = []
  const runs = await syncRuns(rootDir, {
    report: (_, line) => void lines.push(line),
    writers: { 'comet-logger': writer },
  })
  vi.unstubAllEnvs()
  return { runs, lines }
}

/** The limits in the spool are lifted, as if an hour had passed. */
function withoutLimits(rootDir: string): void {
  for (const path of readdirSync(rootDir, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('manifest.json')) continue
    const manifest = JSON.parse(readFileSync(join(rootDir, path), 'utf8'))
    manifest.options.limits = { metrics: 1e6, parameters: 1e6, other: 1e6 }
    writeFileSync(join(rootDir, path), JSON.stringify(manifest))
  }
}

describe('many steps', () => {
  // Each brings more than a minute may. By REST each value is a request of its own, hence fewer.
  it.each([
    { api: 'rest', names: NAMES.slice(0, 1), perMinute: 700 },
    { api: 'sdk', names: NAMES, perMinute: 6000 },
  ] as const)(
    'are complete when read back, in order, each value once, and none is refused: $api, 2,000 steps',
    async ({ api, names, perMinute }) => {
      const clock = fastClock()
      const limits = { ...DOCUMENTED, metrics: perMinute }
      const { fake, logger } = await comet({ limits, now: clock.now })
      const plugins = [logger({ api, deadlineMs: 10 * DOCUMENTED.minuteMs })]
      const metrics = quarters(names.slice(1))
      const run = training({ plugins, steps: 2000, rootDir: temporaryFolder(), metrics })
      await clock.during(run.fit())
      const experimentKey = fake.experiment.key
      for (const [index, name] of names.entries()) {
        const query = { experimentKey, metricName: `train_${name}` }
        const { metrics: points } = await read(fake, 'experiment/metrics/get-metric', query)
        const found = points.map(({ step, metricValue }: { step: number; metricValue: string }) => [
          step,
          Number(metricValue),
        ])
        expect(found).toEqual(stepsOf(2000).map((step) => [step, step + index / 4]))
      }
      expect(fake.requests.filter(({ status }) => status === 429)).toEqual([])
      expect(fake.windows.refused).toBe(0)
      expect(fake.windows.peaks.metrics).toBeLessThanOrEqual(perMinute)
      // The mean of the epoch of each metric is a value too.
      const sent = names.length * 2001
      expect(sent).toBeGreaterThan(perMinute)
      expect(run.counts()).toMatchObject({
        ...{ sent, spooled: 0, rejected: 0, retries: 0, possibleDuplicates: 0 },
      })
      expect(run.lines().at(-1)).toMatch(/^[\d,]+ records delivered: http/)
    },
  )

  it.each(['rest', 'sdk'] as const)(
    'all arrive where they are too many for a minute, held back or refused: %s',
    async (api) => {
      const { fake, logger } = await comet({ limits: { metrics: 400, minuteMs: 1000 } })
      const metrics = quarters(NAMES.slice(1))
      const rootDir = temporaryFolder()
      await training({ plugins: [logger({ api })], steps: 200, rootDir, metrics }).fit()
      expect(fake.experiment.points).toHaveLength(1005)
      expect(fake.windows.peaks.metrics).toBeLessThanOrEqual(400)
    },
  )

  it('that the limits hold back at the end wait on disk, are counted, and a sync delivers them', async () => {
    const { fake, logger } = await comet({ limits: { metrics: 1e6 } })
    const rootDir = temporaryFolder()
    const few = { metrics: 50, parameters: 50, other: 1e6, minuteMs: 3_600_000 }
    const plugins = [logger({ deadlineMs: 200, limits: few })]
    const run = training({ plugins, steps: 100, rootDir, metrics: quarters(NAMES.slice(1)) })
    await run.fit()
    const { sent = 0, spooled = 0, logged } = run.counts() ?? {}
    const early = fake.experiment.points.length
    expect(early).toBeLessThanOrEqual(50)
    expect(spooled).toBeGreaterThan(400)
    expect(sent + spooled).toBe(logged)
    expect(run.lines().at(-1)).toContain(`regimen sync ${rootDir}`)
    withoutLimits(rootDir)
    const { runs } = await sync(rootDir, fake.url)
    expect(runs).toMatchObject([{ outcome: 'delivered', counts: { spooled: 0 } }])
    const doubtful =
      (run.counts()?.possibleDuplicates ?? 0) + (runs[0]?.counts.possibleDuplicates ?? 0)
    for (const name of NAMES) {
      const steps = fake.experiment.series(name).map(({ step }) => step)
      expect([...new Set(steps)]).toEqual(stepsOf(100))
    }
    const extra = NAMES.flatMap((name) => fake.experiment.series(name)).length - 500
    expect(extra).toBeLessThanOrEqual(doubtful)
    expect(fake.experiment.status).toMatchObject({ isAlive: false, hasCrashed: false })
  })
})

describe('a server that is down for the whole run', () => {
  it.each(['rest', 'sdk'] as const)(
    'gets everything by a sync, name, tags and git state too: %s',
    async (api) => {
      const { fake, logger } = await comet()
      await fake.stop()
      const rootDir = temporaryFolder()
      const own = { api, experimentName: 'late', tags: ['night'], logGit: true, deadlineMs: 100 }
      const run = training({ plugins: [logger(own)], steps: 20, rootDir, hparams: { lr: 1 } })
      await run.fit()
      expect(run.counts()).toMatchObject({ sent: 0, dropped: 0 })
      await fake.start()
      const { runs } = await sync(rootDir, fake.url)
      expect(runs).toMatchObject([{ outcome: 'delivered' }])
      const { experiment } = fake
      expect(experiment.series('loss').map(({ step }) => step)).toEqual(stepsOf(20))
      expect(experiment).toMatchObject({ name: 'late', gitMetadata: { root: expect.anything() } })
      expect([...experiment.tags]).toEqual(['night'])
      expect(experiment.parameter('lr')).toBe('1')
      expect(await sync(rootDir, fake.url)).toMatchObject({ runs: [] })
    },
  )
})

describe('a request whose answer is lost', () => {
  it.each(['drop-after', 'cut-answer', 'truncated'] as const)(
    'to create makes one experiment, though another run has the same name: %s',
    async (kind) => {
      const { fake, logger } = await comet()
      const own = { experimentName: 'same' }
      const rootDir = temporaryFolder()
      await training({ plugins: [logger(own)], steps: 1, rootDir }).fit()
      fake.faults.add(/create$/, { kind })
      await training({ plugins: [logger(own)], steps: 5, rootDir }).fit()
      expect(fake.experiments).toHaveLength(2)
      const counts = fake.experiments.map((one) => one.series('loss').length)
      expect(counts).toEqual([1, 5])
    },
  )

  it('to create, again and again, still makes one experiment', async () => {
    const { fake, logger } = await comet({ readLagMs: 100 })
    fake.faults.add(/create$/, { kind: 'drop-after' })
    fake.faults.add(/experiments$/, { kind: 'truncated' })
    fake.faults.add(/log-other$/, { kind: 'truncated' })
    await training({ plugins: [logger()], steps: 5, rootDir: temporaryFolder() }).fit()
    expect(fake.experiment.series('loss')).toHaveLength(5)
  })

  it('to create, which was never carried out, makes one experiment', async () => {
    const { fake, logger } = await comet()
    fake.faults.add(/create$/, { kind: 'drop-before' })
    await training({ plugins: [logger()], steps: 5, rootDir: temporaryFolder() }).fit()
    expect(fake.experiment.series('loss')).toHaveLength(5)
  })

  it('to create is found though reads lag behind, in the only workspace there is', async () => {
    const { fake, logger } = await comet({ readLagMs: 100 })
    fake.faults.add(/create$/, { kind: 'drop-after' })
    const plugins = [logger({ workspace: undefined })]
    await training({ plugins, steps: 5, rootDir: temporaryFolder() }).fit()
    expect(fake.experiment.series('loss')).toHaveLength(5)
  })

  it.each(['drop-after', 'drop-before'] as const)(
    'to create with a key of our choice makes one experiment: %s',
    async (kind) => {
      const { fake, logger } = await comet()
      fake.faults.add(/add\/run$/, { kind })
      const plugins = [logger({ api: 'sdk', experimentKey: 'a'.repeat(32), mode: 'create' })]
      await training({ plugins, steps: 5, rootDir: temporaryFolder() }).fit()
      expect(fake.experiment.series('loss')).toHaveLength(5)
    },
  )

  it('with values leaves each at least once, and what may be there twice is counted', async () => {
    const { fake, logger } = await comet()
    fake.faults.add(/metric$/, { kind: 'drop-after' }, { times: 3, after: 5 })
    const run = training({ plugins: [logger()], steps: 20, rootDir: temporaryFolder() })
    await run.fit()
    const steps = fake.experiment.series('loss').map(({ step }) => step)
    expect([...new Set(steps)]).toEqual(stepsOf(20))
    const extra = fake.experiment.points.length - 21
    expect(extra).toBe(3)
    expect(run.counts()?.possibleDuplicates).toBeGreaterThan(0)
    expect(run.lines().at(-1)).toContain('retries')
  })
})

describe('a server that says no', () => {
  it('for now, with Retry-After, gets everything later', async () => {
    const { fake, logger } = await comet()
    const headers = { 'retry-after': '0' }
    fake.faults.add(/metric$/, { kind: 'status', status: 429, headers }, { times: 4, after: 3 })
    fake.faults.add(/create$/, { kind: 'html-502' })
    const run = training({ plugins: [logger()], steps: 20, rootDir: temporaryFolder() })
    await run.fit()
    expect(fake.experiment.series('loss').map(({ step }) => step)).toEqual(stepsOf(20))
    expect(run.counts()).toMatchObject({ possibleDuplicates: 0, spooled: 0 })
  })

  it('to the key keeps everything, and says once where the key comes from', async () => {
    const { fake, logger } = await comet()
    const rootDir = temporaryFolder()
    const run = training({ plugins: [logger({ apiKey: 'a-wrong-key-0123' })], steps: 20, rootDir })
    await run.fit()
    const complaints = run.lines().filter((line) => line.includes('API key'))
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatch(/\*\*\*0123.*COMET_API_KEY/)
    expect(complaints[0]).not.toContain('a-wrong-key')
    expect(fake.requests.length).toBeLessThan(3)
    await sync(rootDir, fake.url)
    expect(fake.experiment.series('loss').map(({ step }) => step)).toEqual(stepsOf(20))
  })

  it('until the account is paid for keeps everything', async () => {
    const { fake, logger } = await comet()
    const rootDir = temporaryFolder()
    fake.faults.add(/metric$/, { kind: 'status', status: 402 }, { times: 1000, after: 3 })
    const run = training({ plugins: [logger()], steps: 20, rootDir })
    await run.fit()
    expect(run.counts()).toMatchObject({ rejected: 0 })
    expect(run.lines().join()).toContain('until it is paid for')
    fake.faults.clear()
    await sync(rootDir, fake.url)
    expect(fake.experiment.series('loss').map(({ step }) => step)).toEqual(stepsOf(20))
  })

  it('outside of this machine is not reached by a test', async () => {
    const { logger } = await comet()
    const plugins = [logger({ url: undefined })]
    const run = training({ plugins, steps: 5, rootDir: temporaryFolder() })
    vi.stubEnv('COMET_URL_OVERRIDE', '')
    await run.fit()
    vi.unstubAllEnvs()
    expect(run.lines().join()).toMatch(/no host but loopback.*www\.comet\.com/)
    expect(run.counts()).toMatchObject({ sent: 0, rejected: 0 })
  })

  it('to one value in a batch loses no other', async () => {
    const { fake, logger } = await comet()
    const bad = 'x'.repeat(9)
    const run = training({
      plugins: [logger({ api: 'sdk' })],
      steps: 20,
      rootDir: temporaryFolder(),
      metrics: quarters([bad]),
    })
    fake.store.refuses = (point) => point.name === bad && point.step === 7
    await run.fit()
    expect(fake.experiment.series('loss')).toHaveLength(20)
    expect(fake.experiment.series(bad)).toHaveLength(19)
    expect(run.counts()).toMatchObject({ rejected: 1 })
  })
})

describe('a server without the API of the SDK', () => {
  it.each([
    ['from the start', /logger\/add\/run$/, { status: 404 }],
    ['from the start, for this version', /logger\/add\/run$/, { status: 400, code: 7000008 }],
    ['for batches', /batch/, { status: 405 }],
    ['for batches any more', /batch/, { status: 410 }],
  ] as const)('%s gets values one by one', async (_, path, { status, ...rest }) => {
    const { fake, logger } = await comet()
    const body = JSON.stringify({ msg: 'gone', sdk_error_code: 'code' in rest ? rest.code : 0 })
    fake.faults.add(path, { kind: 'status', status, body }, { times: 1000 })
    const plugins = [logger({ api: 'sdk' })]
    const run = training({ plugins, steps: 20, rootDir: temporaryFolder() })
    await run.fit()
    expect(fake.experiment.series('loss').map(({ step }) => step)).toEqual(stepsOf(20))
    expect(fake.sent(/v2\/write\/experiment\/metric$/)).toHaveLength(21)
    expect(run.lines().filter((line) => line.includes('"rest"'))).toHaveLength(1)
    expect(run.counts()).toMatchObject({ rejected: 0, possibleDuplicates: 0 })
  })
})
