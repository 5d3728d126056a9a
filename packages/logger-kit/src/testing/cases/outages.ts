import assert from 'node:assert/strict'
import { casesOf, eventually, type LoggerCase, Scene } from '../scene.js'
import type { LoggerSubject } from '../subject.js'

/** Group 3: the service is away. Group 4: nobody knows whether it was there. Group 6: it refuses the key. */
export function outages(subject: LoggerSubject): LoggerCase[] {
  const away = casesOf(subject, 3)
  const unclear = casesOf(subject, 4)
  const refused = casesOf(subject, 6)
  return [
    away('begins once the service is there', async (scene) => {
      await scene.service.down()
      const run = await scene.run()
      for (let step = 0; step < 20; step++) await run.metrics({ loss: step }, step)
      await eventually('it says that the service is away', () => run.reports.length > 0)
      await scene.service.up()
      await run.end()
      await scene.expectSteps('loss', 20)
      assert.equal(scene.service.runs(), 1)
    }),
    away('resumes when the service comes back', async (scene) => {
      const run = await scene.run()
      for (let step = 0; step < 10; step++) await run.metrics({ loss: step }, step)
      const firstTen = async () => (await scene.metrics('loss')).length >= 10
      await eventually('the first ten have arrived', firstTen)
      await scene.service.down()
      for (let step = 10; step < 20; step++) await run.metrics({ loss: step }, step)
      await eventually('it says that the service is away', () => run.reports.length > 0)
      await scene.service.up()
      await run.end()
      await scene.expectSteps('loss', 20)
    }),
    away(
      'keeps everything on disk when the service never comes, for sync',
      async (scene) => {
        await scene.service.down()
        const run = await scene.run({ deadlineMs: 300 })
        for (let step = 0; step < 50; step++) await run.metrics({ loss: step }, step)
        await run.end()
        assert.equal(run.counts.spooled, 50)
        assert.equal(run.counts.sent, 0)
        assert(
          run.reports.some((line) => line.includes('regimen sync')),
          run.reports.join('\n'),
        )
        await scene.service.up()
        const synced = await scene.sync()
        assert.deepEqual(
          synced.map(({ outcome }) => outcome),
          ['delivered'],
        )
        await scene.expectSteps('loss', 50)
        assert.equal(scene.service.runs(), 1)
        scene.expectEmptySpool()
        assert.deepEqual(await scene.sync(), [])
      },
    ),
    away('delivers in the next run what one has left', async (scene) => {
      await scene.service.down()
      const first = await scene.run({ deadlineMs: 300 })
      for (let step = 0; step < 30; step++) await first.metrics({ loss: step }, step)
      await first.end()
      await scene.service.up()
      const second = await scene.run()
      await second.metrics({ later: 1 }, 0)
      await second.end()
      await scene.expectSteps('loss', 30)
      await scene.expectSteps('later', 1)
      assert.equal(second.counts.replayed, 30)
      assert.equal(scene.service.runs(), 2)
      scene.expectEmptySpool()
    }),
    ...(['open', 'write', 'close'] as const).map((part) =>
      unclear(
        `makes one run and loses nothing when the answer to ${part} is lost`,
        async (scene) => {
          scene.service.fail('apply-then-drop', { part, times: 1 })
          const run = await scene.run()
          for (let step = 0; step < 20; step++) await run.metrics({ loss: step }, step)
          await run.end()
          const found = await scene.metrics('loss')
          assert.deepEqual(new Set(found.map(({ step }) => step)).size, 20)
          const twice = found.length - 20
          assert(
            twice <= run.counts.possibleDuplicates,
            `${twice} arrived twice, not counted`,
          )
          assert.equal(run.counts.sent, 20)
          assert.equal(scene.service.runs(), 1)
        },
      ),
    ),
    ...[401, 403].flatMap((status) =>
      (['open', 'write'] as const).map((part) =>
        refused(
          `says once that the key is refused with ${status} to ${part}`,
          async (scene) => {
            const fault = { status, body: { msg: `not you: ${scene.subject.marker}` } }
            scene.service.fail(fault, { part, times: Number.POSITIVE_INFINITY })
            const run = await scene.run()
            for (let step = 0; step < 20; step++) await run.metrics({ loss: step }, step)
            await run.end()
            const lines = run.reports.filter((line) =>
              line.includes('Nothing more is sent'),
            )
            assert.equal(lines.length, 1, run.reports.join('\n'))
            assert(scene.service.writes().length <= 20, 'it continues to send')
            assert.equal(run.counts.spooled, 20)
            scene.service.heal()
            assert.deepEqual(
              (await scene.sync()).map(({ outcome }) => outcome),
              ['delivered'],
            )
            await scene.expectSteps('loss', 20)
          },
        ),
      ),
    ),
  ]
}

/** Group 12: two loggers, one of which hangs. */
export function isolation(subject: LoggerSubject): LoggerCase[] {
  const two = casesOf(subject, 12)
  return [
    two(
      'works while another logger hangs, which ends when its time is up',
      async (scene) => {
        const other = await Scene.open(subject)
        try {
          other.service.fail('hang', { part: 'write', times: Number.POSITIVE_INFINITY })
          const hung = await other.run({ deadlineMs: 500, id: 'hung-logger' })
          const run = await scene.run()
          for (let step = 0; step < 50; step++) {
            await Promise.all([
              run.metrics({ loss: step }, step),
              hung.metrics({ loss: step }, step),
            ])
          }
          await Promise.all([run.end(), hung.end()])
          await scene.expectSteps('loss', 50)
          assert.equal(run.counts.sent, 50)
          assert.equal(hung.counts.spooled, 50)
          other.service.heal()
          await other.sync()
          assert.equal(
            new Set((await other.metrics('loss')).map(({ step }) => step)).size,
            50,
          )
        } finally {
          await other.close()
        }
      },
    ),
  ]
}
