import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../child.js'
import { casesOf, eventually, filesIn, type LoggerCase, Scene } from '../scene.js'
import type { Arrived, LoggerSubject, WithoutSpool } from '../subject.js'

const EVER = Number.POSITIVE_INFINITY
const RECORDS = 200_000
const VALUES = 5
const MOST_MEMORY = 400 * 1024 * 1024
/** Longer than any case takes: what ends before did not wait for it. */
const NEVER_MS = 600_000

/** The groups of the suite, as far as they hold for a logger that sends from memory. */
export function unspooled(subject: LoggerSubject, limits: WithoutSpool): LoggerCase[] {
  const of = (group: number) => casesOf(subject, group)
  const log = async (scene: Scene, steps = 20) => {
    const run = await scene.run({ deadlineMs: NEVER_MS })
    for (let step = 0; step < steps; step++) await run.metrics({ loss: step }, step)
    return run
  }
  const refusals = [400, 401, 403, 404, 413, 500, 501, 502, 503, 504, 429]
  return [
    ...limits.resends.map((status) =>
      of(2)(`sends again after a ${status}`, async (scene) => {
        const headers = { 'retry-after': '0' }
        scene.service.fail({ status, headers, body: '' }, { part: 'write', times: 2 })
        const run = await log(scene)
        await run.end()
        await expectMetric(scene, limits, 'loss', 20)
        assert.deepEqual(run.reports, [])
      }),
    ),
    ...refusals
      .filter((status) => !limits.resends.includes(status))
      .map((status) =>
        of(6)(`says once that ${status} is answered, and no key`, async (scene) => {
          const body = { msg: `not you: ${scene.subject.marker}` }
          scene.service.fail({ status, body }, { part: 'write', times: EVER })
          const run = await log(scene)
          await run.end()
          expectOneReport(run.reports, String(status))
          scene.service.heal()
          await (await log(scene)).end()
          await expectMetric(scene, limits, 'loss', 20)
        }),
      ),
    of(3)(
      'ends by its deadline while the service is away, and says so',
      async (scene) => {
        await scene.service.down()
        const run = await scene.run({ deadlineMs: 100 })
        for (let step = 0; step < 20; step++) await run.metrics({ loss: step }, step)
        await run.end()
        expectOneReport(run.reports)
        await scene.service.up()
        await (await log(scene)).end()
        await expectMetric(scene, limits, 'loss', 20)
      },
    ),
    of(3)('sends what is logged once the service is back', async (scene) => {
      const run = await log(scene)
      await eventually('metrics have arrived', async () => {
        return (await scene.metrics('loss')).length > 0
      })
      await scene.service.down()
      await eventually('it says that the service is away', () => run.reports.length > 0)
      await scene.service.up()
      for (let step = 20; step < 30; step++) await run.metrics({ loss: step }, step)
      await run.end()
      expectOneReport(run.reports)
      await expectMetric(scene, limits, 'loss', 30)
    }),
    of(3)('waits for a service that is slow', async (scene) => {
      scene.service.fail({ delayMs: 200 }, { part: 'write', times: EVER })
      const run = await log(scene)
      await run.end()
      await expectMetric(scene, limits, 'loss', 20)
      assert.deepEqual(run.reports, [])
    }),
    of(4)(`ends where an answer is lost (${limits.lostAnswers})`, async (scene) => {
      scene.service.fail('apply-then-drop', { part: 'write', times: 1 })
      const run = await log(scene)
      await run.end()
      await expectMetric(scene, limits, 'loss', 20)
    }),
    of(5)('takes 200,000 records at once in bounded memory', async (scene) => {
      scene.service.fail({ delayMs: 200 }, { part: 'write', times: EVER })
      const run = await scene.run({ deadlineMs: NEVER_MS })
      const before = process.memoryUsage().rss
      let most = before
      for (let step = 0; step < RECORDS / VALUES; step++) {
        await run.metrics({ a: step, b: step, c: step, d: step, loss: step }, step)
        if (step % 2000 === 0) most = Math.max(most, process.memoryUsage().rss)
      }
      await run.end()
      const grown = `memory grew by ${Math.round((most - before) / 1e6)} MB`
      assert(most - before < MOST_MEMORY, grown)
      await expectMetric(scene, limits, 'loss', RECORDS / VALUES)
    }),
    ...(['kill', 'exit', 'throw'] as const).map((ending) =>
      of(7)(`leaves no file after ${ending} (${limits.loses})`, async (scene) => {
        const { settings, env } = scene.stand
        const { rootDir } = scene
        const entry = String(scene.subject.entry)
        const task = { type: 'run', entry, settings, rootDir, steps: 57, ending } as const
        scene.said.push(await startChild(task, env).ended)
        assert.deepEqual(filesIn(rootDir), [])
        await (await log(scene)).end()
        await expectMetric(scene, limits, 'loss', 20)
      }),
    ),
    of(8)('needs no disk: its folder cannot be written', async (scene) => {
      const blocked = join(scene.folder, 'blocked')
      writeFileSync(blocked, 'in the way')
      const run = await scene.run({ deadlineMs: NEVER_MS }, join(blocked, 'runs'))
      for (let step = 0; step < 20; step++) await run.metrics({ loss: step }, step)
      await run.end()
      await expectMetric(scene, limits, 'loss', 20)
      assert.deepEqual(run.reports, [])
    }),
    of(9)(
      'carries numbers and names of every kind, and loses none beside',
      async (scene) => {
        const run = await scene.run({ deadlineMs: NEVER_MS })
        const values = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, 5e-324]
        for (const [at, odd] of values.entries()) {
          await run.metrics({ [`odd${at}`]: odd, 'a b': 1, 'ü/β': 1, loss: at }, at)
        }
        await run.end()
        await expectMetric(scene, limits, 'loss', values.length)
        for (const [at, odd] of values.entries()) {
          const found = await scene.metrics(`odd${at}`)
          assert(
            found.every(({ value }) => value === odd || Object.is(value, odd)),
            `${odd} became another`,
          )
          if (Number.isFinite(odd)) assert(found.length > 0, `${odd} is missing`)
        }
      },
    ),
    of(10)('shows no key that is logged by mistake', async (scene) => {
      const secret = scene.subject.marker ?? 'no-marker-given-0123'
      const run = await scene.run({ deadlineMs: NEVER_MS })
      const values = { apiKey: 'hunter2hunter2', note: `k=${secret}` }
      await run.record({ kind: 'hyperparameters', values })
      await run.record({ kind: 'text', name: 'note', text: `the key is ${secret}` })
      await run.end()
      const { bodies } = scene.service.traffic()
      assert(!bodies.includes('hunter2'), 'a password was carried away')
      if (scene.subject.marker)
        assert(!bodies.includes(secret), 'the key was carried away')
    }),
    of(11)('leaves the caller’s objects as they are', async (scene) => {
      const values = Object.freeze({ loss: 19, epoch: 3 })
      const run = await scene.run({ deadlineMs: NEVER_MS })
      await run.metrics(values, 0)
      await run.end()
      assert.deepEqual(values, { loss: 19, epoch: 3 })
    }),
    of(12)(
      'works while another logger hangs, which ends by its deadline',
      async (scene) => {
        const other = await Scene.open(subject)
        try {
          other.service.fail('hang', { part: 'write', times: EVER })
          const hung = await other.run({ deadlineMs: 300, id: 'hung-logger' })
          const run = await log(scene)
          await hung.metrics({ loss: 1 }, 0)
          await Promise.all([hung.end(), run.end()])
          await expectMetric(scene, limits, 'loss', 20)
          assert.deepEqual(run.reports, [])
          expectOneReport(hung.reports)
        } finally {
          await other.close()
        }
      },
    ),
  ]
}

async function expectMetric(
  scene: Scene,
  { latestOnly }: WithoutSpool,
  name: string,
  steps: number,
): Promise<void> {
  if (latestOnly === undefined) return scene.expectSteps(name, steps)
  // What is sent again arrives after what is younger: its time says so.
  const found = await scene.metrics(name)
  const latest = found.reduce(
    (a, b) => ((b.time ?? 0) >= (a.time ?? 0) ? b : a),
    found[0] as Arrived,
  )
  assert.equal(latest?.value, steps - 1, `latest ${name}`)
}

function expectOneReport(reports: readonly string[], part = ''): void {
  assert.equal(reports.length, 1, reports.join('\n'))
  assert(reports[0]?.includes(part), reports[0])
}
