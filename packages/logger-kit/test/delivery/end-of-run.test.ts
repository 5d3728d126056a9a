import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Acks } from '../../src/spool/acks.js'
import { LoggerError } from '../../src/writer/index.js'
import { metricsEntry } from '../helpers/entries.js'
import { scriptedCourier } from '../helpers/scripted-delivery.js'

const range = (count: number) => Array.from({ length: count }, (_, at) => 1 + at)
const DEADLINE = 10_000

/** Eight requests on their way, each of which is answered when told. */
async function inFlight() {
  const answers: (() => void)[] = []
  const scene = scriptedCourier({
    capabilities: { concurrency: 8, maxItems: 1, flushMs: 1 },
    write: () => new Promise<void>((resolve) => answers.push(resolve)),
  })
  scene.courier.accept(range(40).map((seq) => metricsEntry(seq, { [`m${seq}`]: seq })))
  await scene.clock.advance(10)
  return { ...scene, answers }
}

describe('requests that are on their way when time is up', () => {
  it('are waited for, and none is begun any more: nothing comes twice', async () => {
    const { courier, clock, answers, delivered, rootDir } = await inFlight()
    const begun = answers.length
    expect(begun).toBeGreaterThan(3)
    const finished = courier.finish('finished', 1, DEADLINE)
    await clock.advance(DEADLINE + 500)
    for (const answer of answers) answer()
    await clock.advance(0)
    const counts = await finished
    expect(answers).toHaveLength(begun)
    expect(delivered).toHaveLength(begun)
    expect(counts).toMatchObject({ sent: begun, spooled: 40 - begun, unconfirmed: 0 })
    const { doubtful } = new Acks(join(rootDir, '.spool/own-logger/run1/acks'))
    expect(doubtful.isEmpty).toBe(true)
  })

  it('and have no answer are counted, and told again when they are delivered', async () => {
    const { courier, clock, answers, rootDir } = await inFlight()
    const begun = answers.length
    const finished = courier.finish('finished', 1, DEADLINE)
    await clock.advance(DEADLINE + 60_000)
    expect(await finished).toMatchObject({ sent: 0, spooled: 40, unconfirmed: begun })
    const next = scriptedCourier({}, { rootDir, runId: 'run2' })
    await next.clock.advance(1000)
    const counts = await next.courier.finish('finished', 1, DEADLINE)
    expect(counts).toMatchObject({ replayed: 40, possibleDuplicates: begun, unconfirmed: 0 })
  })

  it('when the process ends at once are remembered as perhaps delivered', async () => {
    const { courier, answers, rootDir } = await inFlight()
    courier.abandon('interrupted', 1)
    const { doubtful } = new Acks(join(rootDir, '.spool/own-logger/run1/acks'))
    expect(range(40).filter((seq) => doubtful.has(seq))).toHaveLength(answers.length)
  })
})

it('a request whose answer was lost and that waits for its next try is perhaps delivered too', async () => {
  const scene = scriptedCourier({
    capabilities: { maxItems: 1, rates: { metric: { count: 60, perMs: 3_600_000 } } },
    write() {
      throw new LoggerError('retry', 'no answer', { isAmbiguous: true })
    },
  })
  scene.courier.accept([metricsEntry(1)])
  await scene.clock.advance(700)
  const finished = scene.courier.finish('finished', 1, 100)
  await scene.clock.advance(60_000)
  expect(await finished).toMatchObject({ spooled: 1, unconfirmed: 1 })
})

describe('what is said while the end of a run waits', () => {
  it('names the time that is left, where things go well', async () => {
    const rates = { metric: { count: 60, perMs: 600_000 } }
    const scene = scriptedCourier({ capabilities: { rates, maxItems: 1 } })
    scene.courier.accept(range(50).map((seq) => metricsEntry(seq)))
    const finished = scene.courier.finish('finished', 7, 60_000)
    await scene.clock.advance(3000)
    expect(scene.reports).toEqual(['49 records are still to be delivered, for at most 58 s more.'])
    await scene.clock.advance(60_000)
    await finished
  })

  it('names the time after which it gives up, where nothing gets through', async () => {
    const scene = scriptedCourier({
      write() {
        throw new LoggerError('retry', 'away')
      },
    })
    scene.courier.accept([metricsEntry(1)])
    const started = scene.clock.now()
    let ended = 0
    const finished = scene.courier.finish('finished', 7, 60_000).then(() => {
      ended = scene.clock.now() - started
    })
    await scene.clock.advance(70_000)
    await finished
    const waiting = scene.reports.filter((line) => line.includes('still to be'))
    expect(waiting).toEqual([
      '1 record is still to be delivered, for at most 3 s more, since nothing gets through.',
    ])
    expect(ended).toBeLessThanOrEqual(5000)
  })

  it('is shared by loggers: the patience of one that is told early has begun', async () => {
    const scene = scriptedCourier({
      write() {
        throw new LoggerError('retry', 'away')
      },
    })
    scene.courier.accept([metricsEntry(1)])
    scene.courier.hurry()
    await scene.clock.advance(5000)
    const before = scene.clock.now()
    const finished = scene.courier.finish('finished', 7, 55_000).then(() => scene.clock.now())
    await scene.clock.advance(60_000)
    expect((await finished) - before).toBe(0)
  })
})
