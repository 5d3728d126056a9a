import assert from 'node:assert/strict'
import type { LoggerSubject } from '../subject.js'
import { casesOf, type LoggerCase, Scene } from './scene.js'

/** Group 12: two loggers, one of which hangs. */
export function isolation(subject: LoggerSubject): LoggerCase[] {
  const two = casesOf(subject, 12)
  return [
    two('works while another logger hangs, which ends when its time is up', async (scene) => {
      const other = await Scene.open(subject)
      try {
        other.service.fail('hang', { part: 'write', times: Number.POSITIVE_INFINITY })
        const hung = await other.run({ deadlineMs: 500, id: 'hung-logger' })
        const run = await scene.run()
        for (let step = 0; step < 50; step++) {
          await Promise.all([run.metrics({ loss: step }, step), hung.metrics({ loss: step }, step)])
        }
        await Promise.all([run.end(), hung.end()])
        await scene.expectSteps('loss', 50)
        assert.equal(run.counts.sent, 50)
        assert.equal(hung.counts.spooled, 50)
        other.service.heal()
        await other.sync()
        assert.equal(new Set((await other.metrics('loss')).map(({ step }) => step)).size, 50)
      } finally {
        await other.close()
      }
    }),
  ]
}
