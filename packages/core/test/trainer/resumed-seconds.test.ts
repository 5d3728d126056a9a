import { afterEach, expect, it, vi } from 'vitest'
import type { Every, Snapshot } from '../../src/index.js'
import { lab, onCpu, plugin } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()
afterEach(() => void vi.useRealTimers())

const SECONDS: Every = { seconds: 5 }

/** A life of ten batches of two seconds. @returns the steps after which each schedule was due */
async function live({
  abortAfter,
  resumeFrom,
}: {
  abortAfter?: number
  resumeFrom?: Snapshot
} = {}) {
  const module = lineModule()
  const controller = new AbortController()
  const due = { plugin: [] as number[], validation: [] as number[], log: [] as number[] }
  const clock = plugin('clock', ({ hooks, schedule }) => {
    const own = schedule(SECONDS, 'every')
    hooks.batchEnd.tap('clock', ({ step }) => {
      vi.advanceTimersByTime(2000)
      if (own.isDueAfterBatch()) {
        own.markDone()
        due.plugin.push(step)
      }
      if (step === abortAfter) controller.abort()
    })
  })
  const options = { validateEvery: SECONDS, logEvery: SECONDS, plugins: [clock] }
  const { trainer, seen } = lab(options)
  let saved: Snapshot | undefined
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot }) => {
    if (reason === 'interrupted') saved = await snapshot()
  })
  const data = { train: lineBatches(10), validation: lineBatches(1) }
  await trainer.fit(module, data, { signal: controller.signal, resumeFrom })
  due.validation.push(...seen.of('validationStart').map(({ step }) => step))
  for (const record of seen.of('record'))
    if (record.kind === 'metrics' && record.interval === 'step') due.log.push(record.step + 1)
  module.dispose()
  return { due, saved }
}

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'seconds are those of training: interrupted after batch %i for an hour, the same batches are due',
  async (abortAfter) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const whole = await live()
    expect(whole.due).toEqual({ plugin: [3, 6, 9], validation: [3, 6, 9], log: [3, 6, 9] })
    const first = await live({ abortAfter })
    vi.advanceTimersByTime(3_600_000)
    const second = await live({ resumeFrom: first.saved as Snapshot })
    for (const kind of ['plugin', 'validation', 'log'] as const)
      expect([...first.due[kind], ...second.due[kind]], kind).toEqual(whole.due[kind])
  },
)
