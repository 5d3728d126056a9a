import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LoggerError } from '../../src/writer/index.js'
import { metricsEntry } from '../helpers/entries.js'
import { scriptedCourier } from '../helpers/scripted-delivery.js'

const away = () => new LoggerError('retry', 'away')
const range = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at)

describe('batches', () => {
  it('go out after their time, all that has come together', async () => {
    const { courier, clock, batches } = scriptedCourier()
    courier.accept([metricsEntry(1)])
    await clock.advance(60)
    courier.accept([metricsEntry(2)])
    await clock.advance(39)
    expect(batches).toEqual([])
    await clock.advance(1)
    expect(batches).toEqual([{ at: 100, seqs: [1, 2] }])
    courier.accept([metricsEntry(3)])
    await clock.advance(99)
    expect(batches).toHaveLength(1)
    await clock.advance(1)
    expect(batches[1]).toEqual({ at: 200, seqs: [3] })
  })

  it('go out at once when they are full', async () => {
    const { courier, clock, batches } = scriptedCourier({ capabilities: { maxItems: 4 } })
    courier.accept(range(10).map((seq) => metricsEntry(seq)))
    await clock.advance(0)
    expect(batches.map(({ seqs }) => seqs)).toEqual([range(4), range(4, 5)])
    await clock.advance(100)
    expect(batches[2]?.seqs).toEqual([9, 10])
  })

  it('are parted until the one record that is refused is found', async () => {
    const bad = 6
    const { courier, clock, delivered, reports } = scriptedCourier({
      write(batch) {
        if (batch.some(({ seq }) => seq === bad)) {
          throw new LoggerError('permanent', 'bad value', { status: 400 })
        }
      },
    })
    courier.accept(range(16).map((seq) => metricsEntry(seq)))
    await clock.advance(200)
    const counts = await courier.finish('finished', 1, 1000)
    expect(delivered.map(({ seq }) => seq)).toEqual(range(16).filter((seq) => seq !== bad))
    expect(counts).toMatchObject({ logged: 16, sent: 15, rejected: 1, retries: 0 })
    expect(reports).toEqual(['bad value. What it was for is lost.'])
  })

  it('count what the writer says is rejected, and say it once for each code', async () => {
    const { courier, reports } = scriptedCourier({
      write: (batch) => ({
        rejected: batch
          .filter(({ seq }) => seq % 2 === 0)
          .map(({ seq }) => ({ seq, code: 'EVEN', message: `not ${seq}` })),
      }),
    })
    courier.accept(range(10).map((seq) => metricsEntry(seq)))
    const counts = await courier.finish('finished', 1, 1000)
    expect(counts).toMatchObject({ sent: 5, rejected: 5, spooled: 0 })
    expect(reports).toEqual(['EVEN: not 2. What it was for is lost.'])
  })
})

describe('failures', () => {
  it('are tried again after waits that double, and said once', async () => {
    const { courier, clock, batches, reports } = scriptedCourier({
      write(_, attempt) {
        if (attempt <= 4) throw away()
      },
    })
    courier.accept([metricsEntry(1)])
    await clock.advance(20_000)
    expect(batches.map(({ at }) => at)).toEqual([100, 600, 1600, 3600, 7600])
    expect(reports).toEqual(['away. It is tried again.'])
    expect(await courier.finish('finished', 1, 1000)).toMatchObject({ sent: 1, retries: 4 })
  })

  it.each([
    [1500, [100, 1600]],
    [0, [100, 100]],
    [600_000, [100, 600_100]],
  ])('wait for the %i ms that the service asks for', async (retryAfterMs, times) => {
    const { courier, clock, batches } = scriptedCourier({
      write(_, attempt) {
        if (attempt === 1) throw new LoggerError('rate', 'slow down', { retryAfterMs })
      },
    })
    courier.accept([metricsEntry(1)])
    await clock.advance(700_000)
    expect(batches.map(({ at }) => at)).toEqual(times)
  })

  it('send again only what was not delivered', async () => {
    const { courier, clock, batches } = scriptedCourier({
      write(_, attempt) {
        if (attempt === 1) throw new LoggerError('retry', 'half way', { done: [1, 2] })
      },
    })
    courier.accept(range(4).map((seq) => metricsEntry(seq)))
    await clock.advance(2000)
    expect(batches.map(({ seqs }) => seqs)).toEqual([range(4), [3, 4]])
  })

  it.each([
    [['metric'] as const, 0],
    [[], 3],
  ])('count as perhaps twice where a resend of %j leaves two', async (idempotent, twice) => {
    const { courier, clock } = scriptedCourier({
      capabilities: { idempotent },
      write(_, attempt) {
        if (attempt <= 2) throw new LoggerError('retry', 'lost', { isAmbiguous: true })
      },
    })
    courier.accept(range(3).map((seq) => metricsEntry(seq)))
    await clock.advance(5000)
    const counts = await courier.finish('finished', 1, 1000)
    expect(counts).toMatchObject({ sent: 3, possibleDuplicates: twice })
  })

  it('of one lane leave the order of every name as it was', async () => {
    let calls = 0
    const { courier, clock, delivered } = scriptedCourier({
      capabilities: { concurrency: 4, maxItems: 1 },
      write() {
        if (++calls % 5 === 0) throw away()
      },
    })
    for (const step of range(60)) {
      courier.accept([metricsEntry(step * 10, { a: step, b: step, c: step, d: step, e: step })])
    }
    await clock.advance(60_000)
    for (const name of 'abcde') {
      const values = delivered.flatMap((one) =>
        one.kind === 'metric' && one.name === name ? [one.value] : [],
      )
      expect(values, name).toEqual(range(60))
    }
  })

  it('that a key is refused end sending, and keep everything', async () => {
    const { courier, clock, batches, reports, rootDir } = scriptedCourier({
      write() {
        throw new LoggerError('auth', 'no such key')
      },
    })
    courier.accept([metricsEntry(1)])
    await clock.advance(200)
    courier.accept([metricsEntry(2)])
    await clock.advance(60_000)
    expect(await courier.finish('finished', 1, 1000)).toMatchObject({ sent: 0, spooled: 2 })
    expect(batches).toHaveLength(1)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toContain('no such key. Nothing more is sent in this run.')
    expect(existsSync(join(rootDir, '.spool/own-logger/run1/000001.jsonl'))).toBe(true)
  })
})

describe('the end of a run', () => {
  const finish = async (script: Parameters<typeof scriptedCourier>[0], deadlineMs: number) => {
    const scene = scriptedCourier(script)
    scene.courier.accept([metricsEntry(1)])
    await scene.clock.advance(150)
    const started = scene.clock.now()
    let waited = 0
    const finished = scene.courier.finish('failed', 7, deadlineMs).then((counts) => {
      waited = scene.clock.now() - started
      return counts
    })
    await scene.clock.advance(120_000)
    return { ...scene, counts: await finished, waited }
  }

  it('waits until all is delivered, closes the run and leaves no file', async () => {
    const { counts, closed, rootDir } = await finish({}, 60_000)
    expect(counts).toMatchObject({ sent: 1, spooled: 0 })
    expect(closed).toMatchObject([{ status: 'failed', endedAt: 7 }])
    expect(existsSync(join(rootDir, '.spool'))).toBe(false)
  })

  it('gives up after five seconds on a service that does not answer', async () => {
    const write = () => {
      throw away()
    }
    const { counts, waited, closed } = await finish({ write }, 60_000)
    expect(counts).toMatchObject({ sent: 0, spooled: 1 })
    expect(waited).toBeLessThanOrEqual(5000)
    expect(closed).toEqual([])
  })

  it('gives up at once where the service asks for more time than there is', async () => {
    const write = () => {
      throw new LoggerError('rate', 'later', { retryAfterMs: 100_000 })
    }
    const { counts, waited } = await finish({ write }, 60_000)
    expect(counts).toMatchObject({ sent: 0, spooled: 1 })
    expect(waited).toBeLessThanOrEqual(0)
  })

  it('waits for limits until its time is up, and says that it does', async () => {
    const rates = { metric: { count: 60, perMs: 60_000 } }
    const scene = scriptedCourier({ capabilities: { rates, maxItems: 1 } })
    scene.courier.accept(range(100).map((seq) => metricsEntry(seq)))
    const finished = scene.courier.finish('finished', 7, 10_000)
    await scene.clock.advance(20_000)
    const counts = await finished
    expect(counts.sent).toBeGreaterThanOrEqual(10)
    expect(counts.sent + counts.spooled).toBe(100)
    expect(counts.possibleDuplicates).toBe(0)
    expect(scene.reports.filter((line) => line.includes('still to be delivered'))).toHaveLength(1)
  })

  it('is tried again where it fails, until it is known', async () => {
    let calls = 0
    const close = () => {
      if (++calls < 3) throw away()
    }
    const { closed, rootDir } = await finish({ close }, 60_000)
    expect(closed).toHaveLength(1)
    expect(existsSync(join(rootDir, '.spool'))).toBe(false)
  })
})

describe('what a writer adds', () => {
  it('comes back to it as records of its own, in order, and is not counted as logged', async () => {
    const { courier, delivered } = scriptedCourier({
      capabilities: { isMixed: true },
      open(context) {
        context.emit('tags', ['a'])
        context.emit('git', { branch: 'main' })
      },
    })
    courier.accept([metricsEntry(1)])
    const counts = await courier.finish('finished', 1, 1000)
    expect(delivered.filter(({ kind }) => kind === 'other')).toMatchObject([
      { seq: -1, name: 'tags', value: ['a'] },
      { seq: -2, name: 'git', value: { branch: 'main' } },
    ])
    expect(counts).toMatchObject({ logged: 1, sent: 1 })
  })

  it('keeps between two openings of a run', async () => {
    const first = scriptedCourier({
      open: ({ state }) => state.set('key', 'abc'),
      write() {
        throw away()
      },
    })
    first.courier.accept([metricsEntry(1)])
    await first.clock.advance(150)
    const finished = first.courier.finish('failed', 9, 100)
    await first.clock.advance(200)
    await finished
    const opened: unknown[] = []
    const second = scriptedCourier(
      {
        open: ({ state, runId, isReplay }) => void opened.push([runId, isReplay, state.get('key')]),
      },
      { rootDir: first.rootDir, runId: 'run2' },
    )
    await second.clock.advance(1000)
    expect(opened).toEqual([
      ['run2', false, undefined],
      ['run1', true, 'abc'],
    ])
    expect(await second.courier.finish('finished', 1, 1000)).toMatchObject({ sent: 0, replayed: 1 })
    expect(second.closed.map(({ status }) => status).sort()).toEqual(['failed', 'finished'])
  })

  it('beats as often as its heart wants to, also after a failure', async () => {
    const beats: number[] = []
    const scene = scriptedCourier({
      async heartbeat() {
        beats.push(beats.length)
        if (beats.length === 2) throw away()
        return 1000
      },
    })
    await scene.clock.advance(999)
    expect(beats).toHaveLength(1)
    await scene.clock.advance(1)
    expect(beats).toHaveLength(2)
    await scene.clock.advance(2999)
    expect(beats).toHaveLength(2)
    await scene.clock.advance(1)
    expect(beats).toHaveLength(3)
    await scene.courier.finish('finished', 1, 1000)
    await scene.clock.advance(10_000)
    expect(beats).toHaveLength(3)
  })
})

it('frees memory once records are on disk, or delivered where there is no spool', async () => {
  const spooled = scriptedCourier()
  spooled.courier.accept(range(5).map((seq) => metricsEntry(seq)))
  expect(spooled.told.freed).toBe(5)
  const native = scriptedCourier({ capabilities: { offline: 'native' } })
  native.courier.accept(range(5).map((seq) => metricsEntry(seq)))
  expect(native.told.freed).toBe(0)
  await native.clock.advance(100)
  expect(native.told.freed).toBe(5)
})
