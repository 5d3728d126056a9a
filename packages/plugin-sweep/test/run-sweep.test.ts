import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  runSweep,
  type SweepHost,
  standings,
  sweepPicture,
  sweepPlan,
  sweepTable,
  type Task,
  takeFolder,
  uniform,
} from '../src/index.js'
import { appendReport, trialFolder } from '../src/trial-files.js'

const plan = sweepPlan({
  algorithm: 'random',
  trials: 6,
  monitor: 'val_loss',
  mode: 'min',
  space: { 'hparams.x': uniform(0, 1) },
})

function made(more: Partial<SweepHost> = {}): SweepHost & { started: number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-sweep-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const started: number[] = []
  return {
    folder,
    jobs: 2,
    signal: new AbortController().signal,
    started,
    async start(order: string, task: Task) {
      started.push(task.number)
      report(order, task)
      return { kind: 'ended' }
    },
    onResult: () => {},
    ...more,
  }
}

function report(order: string, { values, rung }: Task): void {
  const value = values['hparams.x'] as number
  appendReport(dirname(order), { epoch: 0, step: 1, value })
  appendReport(dirname(order), { rung, end: 'completed' })
}

describe('a sweep', () => {
  it('runs every trial once, and none again when it is called again', async () => {
    const host = made()
    const first = await runSweep(plan, host)
    expect(first.isComplete).toBe(true)
    expect(host.started.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
    expect(await runSweep(plan, host)).toEqual(first)
    expect(host.started).toHaveLength(6)
    const [best, ...others] = standings(plan, first)
    for (const other of others) expect(best?.value).toBeLessThan(other.value ?? 0)
    const table = sweepTable(plan, standings(plan, first))
    expect(table.split('\n')[2]).toMatch(new RegExp(`^ *${best?.number} `))
    const picture = sweepPicture(plan, standings(plan, first))
    expect(picture.match(/<circle/g)).toHaveLength(6)
    expect(picture).not.toContain('NaN')
  })

  it('records a trial that fails, or leaves no result, and goes on', async () => {
    const host = made()
    const summary = await runSweep(plan, {
      ...host,
      async start(order, task, signal) {
        if (task.number === 1) return { kind: 'failed', error: 'REG_X: no' }
        if (task.number === 2) return { kind: 'ended' }
        return host.start(order, task, signal)
      },
    })
    const failed = summary.results.filter(({ outcome }) => outcome === 'failed')
    expect(failed.map(({ error }) => error)).toEqual([
      'REG_X: no',
      'Its process ended without a result.',
    ])
    expect(
      standings(plan, summary)
        .slice(-2)
        .map(({ number }) => number),
    ).toEqual([1, 2])
    expect(summary.isComplete).toBe(true)
  })

  it('starts a trial again that was killed, three times at most', async () => {
    const counts = new Map<number, number>()
    const host = made()
    const summary = await runSweep(plan, {
      ...host,
      async start(order, task, signal) {
        const count = (counts.get(task.number) ?? 0) + 1
        counts.set(task.number, count)
        const isKilled = task.number === 0 || (task.number === 1 && count === 1)
        return isKilled ? { kind: 'killed', signal: 'SIGKILL' } : host.start(order, task, signal)
      },
    })
    expect([counts.get(0), counts.get(1), counts.get(2)]).toEqual([3, 2, 1])
    expect(summary.results.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { number: 0, error: 'It was ended by SIGKILL, 3 times.' },
    ])
  })

  it('keeps nothing of a trial that was interrupted, and continues it', async () => {
    const stop = new AbortController()
    const host = made({ signal: stop.signal, jobs: 1 })
    const first = await runSweep(plan, {
      ...host,
      async start(order, task, signal) {
        if (task.number < 2) return host.start(order, task, signal)
        stop.abort()
        return { kind: 'failed', error: 'interrupted' }
      },
    })
    expect(first).toMatchObject({ isComplete: false, results: [{ number: 0 }, { number: 1 }] })
    const second = await runSweep(plan, { ...host, signal: new AbortController().signal })
    expect(second.results.map(({ outcome }) => outcome)).toEqual(Array(6).fill('completed'))
    expect(second).toEqual(await runSweep(plan, made()))
  })

  it('takes the result of a trial that ended before the sweep could note it', async () => {
    const host = made()
    const whole = await runSweep(plan, host)
    const journal = join(host.folder, 'journal.jsonl')
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 20)}`)
    expect(await runSweep(plan, host)).toEqual(whole)
    expect(host.started).toHaveLength(6)
  })

  it('is not run twice at the same time, and takes over what a dead process left', async () => {
    const host = made()
    const taken = takeFolder(join(host.folder, 'lock.json'))
    await expect(runSweep(plan, host)).rejects.toMatchObject({ code: 'REG_BUSY' })
    if ('release' in taken) taken.release()
    writeFileSync(join(host.folder, 'lock.json'), '{"pid":999999999,"host":"x"')
    expect((await runSweep(plan, host)).isComplete).toBe(true)
    expect(existsSync(join(host.folder, 'lock.json'))).toBe(false)
  })

  it('is not mixed with another, and a damaged journal is no empty one', async () => {
    const host = made()
    await runSweep(plan, host)
    await expect(runSweep({ ...plan, seed: 3 }, host)).rejects.toThrow('another "seed"')
    expect((await runSweep({ ...plan, trials: 8 }, host)).results).toHaveLength(8)
    appendFileSync(join(host.folder, 'journal.jsonl'), 'x\n{}\n')
    await expect(runSweep(plan, host)).rejects.toThrow('line 10 is damaged')
  })

  it('prunes by the median of earlier batches', async () => {
    const pruned = { ...plan, prune: 'median' as const, batch: 3 }
    const host = made()
    const thresholds: (readonly unknown[] | undefined)[] = []
    await runSweep(pruned, {
      ...host,
      async start(order, task, signal) {
        thresholds[task.number] = task.thresholds
        appendReport(trialFolder(host.folder, task.number), {
          epoch: 1,
          step: 2,
          value: task.number + 10,
        })
        return host.start(order, task, signal)
      },
    })
    expect(thresholds.slice(0, 3)).toEqual([undefined, undefined, undefined])
    expect(thresholds[3]?.[0]).toBeNull()
    expect(thresholds[3]?.[1]).toBeLessThan(1)
    expect(thresholds[5]).toEqual(thresholds[3])
  })
})
