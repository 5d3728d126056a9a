import assert from 'node:assert/strict'
import type { Fault } from '../fake-service.js'
import { casesOf, type LoggerCase, type Scene } from '../scene.js'
import type { LoggerSubject } from '../subject.js'

const tooMany = (headers: Record<string, string> = {}): Fault => ({
  status: 429,
  headers,
  body: { msg: 'Too many requests' },
})
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString()

/** Group 1: limits. Group 2: failures that pass. */
export function limits(subject: LoggerSubject): LoggerCase[] {
  const limit = casesOf(subject, 1)
  const passing = casesOf(subject, 2)
  return [
    limit('waits as long as Retry-After says in seconds', async (scene) => {
      await survives(scene, tooMany({ 'retry-after': '1' }), 1)
      expectWait(scene, 950)
    }),
    limit('waits until the date that Retry-After gives', async (scene) => {
      const date = inSeconds(3)
      await survives(scene, tooMany({ 'retry-after': date }), 1)
      // However slow the machine is, the second write has not come before the date.
      const early = Date.parse(date) - Date.now()
      assert(early <= 50, `It was sent again ${early} ms before the date.`)
    }),
    limit('continues at once if the date of Retry-After is past', (scene) =>
      survives(scene, tooMany({ 'retry-after': inSeconds(-60) }), 1),
    ),
    limit('waits by itself where the service does not say how long', (scene) =>
      survives(scene, tooMany(), 1),
    ),
    limit('survives ten refusals in a row', (scene) =>
      survives(scene, tooMany({ 'retry-after': '0' }), 10),
    ),
    ...[500, 502, 503, 504, 408].map((status) =>
      passing(`delivers everything after a ${status}`, (scene) =>
        survives(
          scene,
          { status, body: '<html><body>Bad <b>Gateway</b></body></html>' },
          1,
        ),
      ),
    ),
    passing('delivers everything after an answer that was cut', (scene) =>
      survives(scene, 'cut-answer', 1),
    ),
  ]
}

/** A run in which some writes fail, after which everything is there. */
async function survives(scene: Scene, fault: Fault, times: number): Promise<void> {
  const run = await scene.run()
  scene.service.fail(fault, { part: 'write', times })
  const timeOf = (step: number) => 1_700_000_000_000 + step * 1000
  for (let step = 0; step < 20; step++) {
    await run.metrics({ loss: step / 2, accuracy: step }, step, timeOf(step))
  }
  await run.end()
  await scene.expectSteps('loss', 20)
  await scene.expectSteps('accuracy', 20)
  for (const { step = 0, time = timeOf(step) } of await scene.metrics('loss')) {
    assert.equal(time, timeOf(step), 'the time when it was logged')
  }
  assert.equal(run.counts.sent, 40)
  assert(run.counts.retries >= 1, 'no retry was counted')
  scene.expectEmptySpool()
}

/** Somewhere between two writes there was a pause at least as long: a busy machine makes it longer. */
function expectWait(scene: Scene, ms: number): void {
  const times = scene.service.writes().map(({ at }) => at)
  const gaps = times.slice(1).map((at, index) => at - (times[index] as number))
  assert(Math.max(...gaps) >= ms, `The longest pause was ${Math.max(...gaps)} ms.`)
}

const RECORDS = 200_000
const VALUES = 5
const MOST_MEMORY = 400 * 1024 * 1024

/** Group 5: more than can be carried away. */
export function burst(subject: LoggerSubject): LoggerCase[] {
  const much = casesOf(subject, 5)
  return [
    much(
      'takes 200,000 records at once in bounded memory and accounts for each',
      async (scene) => {
        const { service } = scene.stand
        service?.fail(
          { delayMs: 200 },
          { part: 'write', times: Number.POSITIVE_INFINITY },
        )
        const run = await scene.run({ deadlineMs: service ? 1000 : 60_000 })
        const before = process.memoryUsage().rss
        let most = before
        for (let step = 0; step < RECORDS / VALUES; step++) {
          await run.metrics({ a: step, b: step, c: step, d: step, loss: step }, step)
          if (step % 2000 === 0) most = Math.max(most, process.memoryUsage().rss)
        }
        await run.end()
        assert(
          most - before < MOST_MEMORY,
          `memory grew by ${Math.round((most - before) / 1e6)} MB`,
        )
        const { logged, sent, rejected, dropped, coalesced, spooled } = run.counts
        assert.equal(logged, RECORDS)
        assert.equal(sent + rejected + dropped + coalesced + spooled, RECORDS)
        assert.equal(dropped + coalesced + rejected, 0, 'records were lost')
        if (!service) await scene.expectSteps('loss', RECORDS / VALUES)
      },
    ),
  ]
}
