import assert from 'node:assert/strict'
import { startChild } from '../child.js'
import { casesOf, expectRising, type LoggerCase, type Scene } from '../scene.js'
import type { LoggerSubject } from '../subject.js'

/** Group 7: the process dies. */
export function death(subject: LoggerSubject): LoggerCase[] {
  const dies = casesOf(subject, 7)
  const start = (
    scene: Scene,
    ending: 'wait' | 'exit' | 'throw' | 'kill',
    steps = 400,
  ) => {
    const { settings, env } = scene.stand
    const entry = String(scene.subject.entry)
    const { rootDir } = scene
    return startChild({ type: 'run', entry, settings, rootDir, steps, ending }, env)
  }
  const finish = async (scene: Scene) => {
    const synced = await scene.sync()
    assert(
      synced.every(({ outcome }) => outcome === 'delivered'),
      JSON.stringify(synced),
    )
  }
  const kept = subject.isFileWriter
    ? []
    : [
        dies('loses nothing that it has taken, killed at that instant', async (scene) => {
          scene.said.push(await start(scene, 'kill', 57).ended)
          await finish(scene)
          await scene.expectSteps('loss', 57)
          await scene.expectSteps('accuracy', 57)
          const received = await scene.stand.received()
          const found = received.filter(({ kind }) => kind === 'parameter')
          if (subject.kinds.includes('parameter'))
            assert(found.some(({ name }) => name === 'rate'))
          scene.expectEmptySpool()
        }),
      ]
  return [
    ...kept,
    ...(['SIGKILL', 'SIGTERM', 'SIGINT'] as const).map((signal) =>
      dies(
        `loses nothing from before a save, and leaves no gap, after ${signal}`,
        async (scene) => {
          const child = start(scene, 'wait')
          await child.printed('logged 400')
          // At any instant: nothing that is asserted depends on when.
          await new Promise((resolve) => setTimeout(resolve, 150 * Math.random()))
          child.kill(signal)
          scene.said.push(await child.ended)
          await finish(scene)
          const steps = new Set((await scene.metrics('loss')).map(({ step }) => step))
          assert(
            steps.size >= 400,
            `${steps.size} of 400 have arrived; ${scene.said.join('\n')}`,
          )
          expectRising([...steps], steps.size, 'loss')
        },
      ),
    ),
    dies('delivers everything after process.exit in user code', async (scene) => {
      scene.said.push(await start(scene, 'exit').ended)
      await finish(scene)
      await scene.expectSteps('loss', 400)
      await scene.expectSteps('accuracy', 400)
      expectStatus(scene, 'interrupted')
    }),
    dies('delivers everything after an error that nobody catches', async (scene) => {
      scene.said.push(await start(scene, 'throw').ended)
      await finish(scene)
      await scene.expectSteps('loss', 400)
    }),
    ...(
      [
        ['failed', 'failed'],
        ['interrupted', 'interrupted'],
        ['stopped', 'finished'],
        ['completed', 'finished'],
      ] as const
    ).map(([outcome, status]) =>
      dies(`says that a run which ${outcome} has ${status}`, async (scene) => {
        const run = await scene.run()
        await run.metrics({ loss: 1 }, 0)
        await run.end(outcome)
        await scene.expectSteps('loss', 1)
        expectStatus(scene, status)
      }),
    ),
  ]
}

function expectStatus(scene: Scene, status: string): void {
  const { service } = scene.stand
  if (service) assert.deepEqual(service.statuses(), [status])
}
