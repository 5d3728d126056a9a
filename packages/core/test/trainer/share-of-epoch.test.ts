import { describe, expect, it } from 'vitest'
import type { DataSource, Every, PluginContext, Schedule, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { endlessLine, type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const HALF: Every = { epochs: 0.5 }
/** Notes the steps after which its schedule was due. */
const scheduled = (steps: number[], every: Every = HALF) =>
  plugin('scheduled', ({ hooks, schedule }) => {
    const due = schedule(every, 'every')
    hooks.batchEnd.tap('scheduled', ({ step }) => {
      if (!due.isDueAfterBatch()) return
      steps.push(step)
      due.markDone()
    })
  })

const OWNERS: [owner: string, option: string, options: () => TrainerOptions][] = [
  ['Trainer', 'validateEvery', () => ({ validateEvery: HALF })],
  ['Trainer', 'logEvery', () => ({ logEvery: HALF })],
  ['scheduled', 'every', () => ({ plugins: [scheduled([])] })],
]
const UNKNOWN: [kind: string, train: () => DataSource<LineBatch>][] = [
  ['a generator', () => endlessLine(4)()],
  ['a function that gives a generator', () => endlessLine(4)],
  ['a function that promises one', () => async () => endlessLine(4)()],
  ['an endless one with a size of Infinity', () => sized(Number.POSITIVE_INFINITY)],
]
const KNOWN: [kind: string, train: () => DataSource<LineBatch>][] = [
  ['a loader with a size', () => lineBatches(4)],
  ['a function that gives one', () => () => lineBatches(4)],
  ['a function that promises one', () => async () => lineBatches(4)],
  ['a function that gives an array', () => () => [...lineBatches(4)]],
]

/** A generator that notes that it was closed. */
function closing(batches: Generator<LineBatch>, note: () => void): Iterator<LineBatch> {
  return {
    next: () => batches.next(),
    return() {
      note()
      return batches.return(undefined)
    },
  }
}

const sized = (size: number) => ({ size, [Symbol.iterator]: () => endlessLine(4)() })

describe('a share of an epoch', () => {
  it.each(
    OWNERS.flatMap(([owner, option, options]) =>
      UNKNOWN.map(([kind, train]) => ({ owner, option, options, kind, train })),
    ),
  )('in $option of $owner is refused before the first batch of $kind', async (row) => {
    const module = lineModule()
    const { trainer, seen } = lab(row.options())
    const data = { train: row.train(), validation: lineBatches(1) }
    const error = await withoutLeak(() => rejection(trainer.fit(module, data)))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(error.detail).toContain(
      `${row.owner}: "${row.option}" is { epochs: 0.5 }, a share of an epoch, but data.train does not`,
    )
    expect(error.detail).toContain('expected a loader with "size", or { steps: n }')
    expect(error.plugin).toBe(row.owner === 'Trainer' ? undefined : row.owner)
    expect(error.data).toMatchObject({ owner: row.owner, option: row.option, found: HALF })
    expect(seen.names).not.toContain('batchStart')
    // What is known before the run is refused before anything is made.
    if (typeof data.train !== 'function') expect(seen.names).not.toContain('setup')
    module.dispose()
  })

  it.each(KNOWN)('of %s is due in each epoch', async (_, train) => {
    const module = lineModule()
    const steps: number[] = []
    const { trainer, seen } = lab({
      maxEpochs: 2,
      validateEvery: HALF,
      logEvery: HALF,
      plugins: [scheduled(steps)],
    })
    await withoutLeak(() => trainer.fit(module, { train: train(), validation: lineBatches(1) }))
    expect(seen.of('validationStart').map(({ step }) => step)).toEqual([2, 4, 6, 8])
    expect(steps).toEqual([2, 4, 6, 8])
    const records = seen.of('record').filter((one) => 'interval' in one && one.interval === 'step')
    expect(records.map(({ step }) => step)).toEqual([1, 3, 5, 7])
    module.dispose()
  })

  it('follows a function whose loaders differ in size, and closes one that has none', async () => {
    const module = lineModule()
    const closed: number[] = []
    const steps: number[] = []
    const sizes = [4, 6, undefined]
    const train = (epoch: number) => ({
      size: sizes[epoch],
      [Symbol.iterator]: () => closing(endlessLine(sizes[epoch] ?? 9)(), () => closed.push(epoch)),
    })
    const { trainer } = lab({ maxEpochs: 3, plugins: [scheduled(steps)] })
    const error = await rejection(trainer.fit(module, { train }))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(steps).toEqual([2, 4, 7, 10])
    expect(closed).toContain(2)
    module.dispose()
  })

  it('that nothing goes by is let through: no validation, or a plugin that is muted', async () => {
    const module = lineModule()
    const muting = plugin('muting', ({ hooks, plugins }) => {
      hooks.configure.tap('muting', () => plugins.mute('scheduled'))
    })
    const { trainer } = lab({ validateEvery: HALF, plugins: [muting, scheduled([])] })
    await trainer.fit(module, { train: endlessLine(2) })
    expect(trainer.state.step).toBe(2)
    module.dispose()
  })

  it('tells plugins the size of an epoch as soon as the first loader tells it', async () => {
    const module = lineModule()
    const sizes: unknown[] = []
    let read = (): unknown => undefined
    const { trainer } = lab()
    trainer.hooks.setup.tap('test', ({ run }) => {
      read = () => run.trainBatches
      sizes.push(read())
    })
    trainer.hooks.batchStart.tap('test', () => void sizes.push(read()))
    await trainer.fit(module, { train: () => lineBatches(2) })
    expect(sizes).toEqual([undefined, 2, 2])
    module.dispose()
  })
})

describe('the schedule of a plugin', () => {
  it('begins anew with each fit, and is refused during a run', async () => {
    const module = lineModule()
    const steps: number[] = []
    const { trainer } = lab({ plugins: [scheduled(steps, { steps: 2 })] })
    for (const _ of [1, 2]) await trainer.fit(module, { train: lineBatches(3) })
    expect(steps).toEqual([2, 2])
    const late = plugin('late', ({ hooks, schedule }) => {
      hooks.setup.tap('late', () => void schedule({ steps: 1 }, 'every'))
    })
    const error = await rejection(
      lab({ plugins: [late] }).trainer.fit(module, { train: lineBatches(1) }),
    )
    expect(error.code).toBe('REG_BUSY')
    module.dispose()
  })

  it('goes by the batch under way where it is asked within one, once for all its optimizers', async () => {
    const module = lineModule()
    const found: [number, boolean][] = []
    let due: Schedule
    const asking = plugin('asking', ({ hooks, schedule }: PluginContext) => {
      due = schedule({ steps: 2 }, 'every')
      for (const hook of ['batchStart', 'stepStart', 'stepEnd', 'batchEnd'] as const)
        hooks[hook].tap('asking', ({ batch }) => void found.push([batch, due.isDueAfterBatch()]))
      hooks.batchEnd.tap('asking', () => {
        if (due.isDueAfterBatch()) due.markDone()
      })
    })
    await lab({ plugins: [asking] }).trainer.fit(module, { train: lineBatches(2) })
    expect(found.map(([, isDue]) => isDue)).toEqual([
      ...[false, false, false, false],
      ...[true, true, true, true],
    ])
    module.dispose()
  })
})
