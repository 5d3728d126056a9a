import assert from 'node:assert/strict'
import type { LoggerSubject } from '../subject.js'
import { casesOf, type LoggerCase } from './scene.js'

const RECORDS = 200_000
const VALUES = 5
const MOST_MEMORY = 400 * 1024 * 1024

/** Group 5: more than can be carried away. */
export function burst(subject: LoggerSubject): LoggerCase[] {
  const much = casesOf(subject, 5)
  return [
    much('takes 200,000 records at once in bounded memory and accounts for each', async (scene) => {
      const { service } = scene.stand
      service?.fail({ delayMs: 200 }, { part: 'write', times: Number.POSITIVE_INFINITY })
      const run = await scene.run({ deadlineMs: service ? 1000 : 60_000 })
      const before = process.memoryUsage().rss
      let most = before
      for (let step = 0; step < RECORDS / VALUES; step++) {
        await run.metrics({ a: step, b: step, c: step, d: step, loss: step }, step)
        if (step % 2000 === 0) most = Math.max(most, process.memoryUsage().rss)
      }
      await run.end()
      assert(most - before < MOST_MEMORY, `memory grew by ${Math.round((most - before) / 1e6)} MB`)
      const { logged, sent, rejected, dropped, coalesced, spooled } = run.counts
      assert.equal(logged, RECORDS)
      assert.equal(sent + rejected + dropped + coalesced + spooled, RECORDS)
      assert.equal(dropped + coalesced + rejected, 0, 'records were lost')
      if (!service) await scene.expectSteps('loss', RECORDS / VALUES)
    }),
  ]
}
