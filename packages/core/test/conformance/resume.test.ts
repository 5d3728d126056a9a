import { describe, expect, it } from 'vitest'
import type { LoaderTraits, Snapshot, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

type Source = Iterable<LineBatch> & LoaderTraits

/** Batches that note their number when they are given out; it can tell where it stands, or cannot. */
function numbered(size: number, given: number[], isStateful: boolean): Source {
  let next = 0
  const source: Source = {
    size,
    *[Symbol.iterator]() {
      if (!isStateful) next = 0
      while (next < size) {
        given.push(next)
        yield lineBatch(next++, 4)
      }
      next = 0
    },
  }
  if (!isStateful) return source
  const restore = (state: unknown) => {
    next = state as number
  }
  return Object.assign(source, { state: () => next, restore })
}

/** Trains and gives the snapshot of the end. */
async function snapshotAfter(options: TrainerOptions, train: Source): Promise<Snapshot> {
  const module = lineModule()
  const { trainer } = lab(options)
  await trainer.fit(module, { train, validation: lineBatches(1) })
  const snapshot = await trainer.snapshot()
  module.dispose()
  return snapshot
}

/** Goes on from a snapshot and tells which batches were trained on, by their index in the epoch. */
async function goOn(options: TrainerOptions, train: Source, resumeFrom: Snapshot) {
  const module = lineModule()
  const used: number[] = []
  const observed = lab(options)
  observed.trainer.hooks.batchStart.tap('used', ({ batch }) => void used.push(batch))
  await withoutLeak(() =>
    observed.trainer.fit(module, { train, validation: lineBatches(1) }, { resumeFrom }),
  )
  const { meta } = await observed.trainer.snapshot()
  module.dispose()
  return { ...observed, used, position: meta.position }
}

describe('a run that is gone on with', () => {
  it('C101: a second fit counts from 0; with a snapshot it goes on to epochs 2 and 3', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ maxEpochs: 2 })
    await trainer.fit(module, { train: lineBatches(2) })
    const snapshot = await trainer.snapshot()
    await trainer.fit(module, { train: lineBatches(2) })
    expect(seen.of('epochStart').map(({ epoch }) => epoch)).toEqual([0, 1, 0, 1])
    const further = await goOn({ maxEpochs: 4 }, lineBatches(2), snapshot)
    expect(further.seen.of('epochStart').map(({ epoch }) => epoch)).toEqual([2, 3])
    expect(further.trainer.state).toMatchObject({ epoch: 4, step: 8 })
    module.dispose()
  })

  it.each([
    { kind: 'with state and restore', isStateful: true, read: [2, 3] },
    { kind: 'without', isStateful: false, read: [0, 1, 2, 3] },
  ])('C106: a loader $kind, stopped after 0, 1, reads $read and trains on 2, 3', async (row) => {
    const first: number[] = []
    const snapshot = await snapshotAfter({ maxSteps: 2 }, numbered(10, first, row.isStateful))
    expect(first).toEqual([0, 1])
    const second: number[] = []
    const train = numbered(10, second, row.isStateful)
    const { used, trainer } = await goOn({ maxSteps: 4 }, train, snapshot)
    expect(second).toEqual(row.read)
    expect(used).toEqual([2, 3])
    expect(trainer.state.step).toBe(4)
  })

  it.each([
    { steps: 1, isStateful: false, tells: 1 },
    { steps: 1, isStateful: true, tells: 0 },
    { steps: 3, isStateful: false, tells: 0 },
  ])(
    'C107: after $steps of 3 batches, stateful loader $isStateful: told $tells times',
    async ({ steps, isStateful, tells }) => {
      const snapshot = await snapshotAfter({ maxSteps: steps }, numbered(3, [], isStateful))
      const train = numbered(3, [], isStateful)
      const { reports } = await goOn({ maxEpochs: 2, maxSteps: 6 }, train, snapshot)
      expect(reports.filter((line) => /read and skipped/.test(line))).toHaveLength(tells)
    },
  )

  it('C109: after an epoch: loadState after setup, no sanity check, then the next epoch', async () => {
    const states: unknown[] = []
    const stateful = plugin('stateful', () => ({
      saveState: () => 'saved',
      loadState: (state: unknown) => void states.push(state),
    }))
    const before = await snapshotAfter({ maxEpochs: 1, plugins: [stateful] }, lineBatches(2))
    expect(before.meta.position).toMatchObject({ epoch: 1, step: 2 })
    const options = { maxEpochs: 2, sanityBatches: 2, plugins: [stateful] }
    const { seen, position } = await goOn(options, lineBatches(2), before)
    const step = ['batchStart', 'stepStart', 'stepEnd', 'batchEnd']
    expect(seen.names.slice(0, 12)).toEqual([
      ...['setup', 'loadState', 'fitStart', 'epochStart', ...step, ...step],
    ])
    expect(states).toEqual(['saved'])
    expect(seen.of('batchStart').map(({ epoch }) => epoch)).toEqual([1, 1])
    expect(position).toMatchObject({ epoch: 2, step: 4 })
  })

  it('C110: in mid-epoch: the remaining batches only, in an epoch that is begun again', async () => {
    const snapshot = await snapshotAfter({ maxSteps: 1 }, lineBatches(3))
    expect(snapshot.meta.position).toMatchObject({ epoch: 0, batch: 1, step: 1, phase: 'cut' })
    const { seen, used } = await goOn({ maxSteps: 3 }, lineBatches(3), snapshot)
    expect(used).toEqual([1, 2])
    expect(seen.of('epochStart')).toMatchObject([{ epoch: 0, batch: 1, step: 1 }])
    expect(seen.of('epochEnd')).toMatchObject([{ epoch: 1, step: 3 }])
    expect(seen.unpaired()).toEqual([])
  })

  it('C121: after an epoch and its validation: one validation per further epoch, none extra', async () => {
    const snapshot = await snapshotAfter({ maxEpochs: 1 }, lineBatches(2))
    const { seen, trainer } = await goOn({ maxEpochs: 2 }, lineBatches(2), snapshot)
    expect(seen.of('validationStart')).toHaveLength(1)
    expect(trainer.state.validations).toBe(2)
  })
})
