import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type FitData, type Json, type LoaderTraits, Trainer } from '../../src/index.js'
import { lab, onCpu, rejection } from '../helpers/lab.js'
import { type LineBatch, lineBatch, lineBatches, lineModule } from '../helpers/line.js'
import { type Life, live } from '../helpers/lives.js'
import { shuffledLine } from '../helpers/shuffled.js'

onCpu()

type Source = Iterable<LineBatch> & LoaderTraits

/** Behind the last batch it tells the beginning of the next epoch, as `arrayLoader` does. */
function eager(count: number): Source {
  let at = { epoch: 0, batch: 0 }
  return {
    state: (): Json => (at.batch < count ? at : { epoch: at.epoch + 1, batch: 0 }),
    restore(state) {
      at = state as typeof at
    },
    *[Symbol.iterator]() {
      if (at.batch >= count) at = { epoch: at.epoch + 1, batch: 0 }
      try {
        while (at.batch < count) {
          const index = (at.batch * 3 + at.epoch * 5) % count
          at = { epoch: at.epoch, batch: at.batch + 1 }
          yield lineBatch(index, 3)
        }
      } finally {
        if (at.batch < count) at = { epoch: at.epoch + 1, batch: 0 }
      }
    },
  }
}

/** A loader that says nothing of its size. */
function withoutSize(loader: Source): Source {
  const { size: _, ...rest } = loader
  return rest
}

/** A loader that can tell no position. */
function withoutState(loader: Source): Source {
  return { [Symbol.iterator]: () => loader[Symbol.iterator](), size: loader.size }
}

const asDataset = (loader: Source) => ({
  async iterator() {
    const iterator = loader[Symbol.iterator]()
    return { next: async () => iterator.next() }
  },
})

const SOURCES: Readonly<Record<string, () => FitData<LineBatch>['train']>> = {
  'a loader': () => shuffledLine(4),
  'a loader without size': () => withoutSize(shuffledLine(4)),
  'an eager loader without size': () => eager(4),
  'an eager loader': () => Object.assign(eager(4), { size: 4 }),
  'a loader without state': () => withoutState(lineBatches(4)),
  'a loader with neither': () => withoutSize(withoutState(lineBatches(4))),
  'a function': () => (epoch) => lineBatches(4 + (epoch % 2)),
  'a function that makes loaders without size': () => () => eager(4),
  'a function that makes loaders': () => () => shuffledLine(4),
  'a generator': () =>
    function* (epoch) {
      for (let index = 0; index < 4; index++) yield lineBatch(index + epoch, 3)
    },
  'a dataset': () => asDataset(lineBatches(4)),
}

describe('a run that is aborted after any batch and resumed equals one that was not, with', () => {
  const schedules: readonly Life['options'][] = [
    { maxEpochs: 2 },
    { maxEpochs: 2, validateEvery: { steps: 2 } },
    { maxEpochs: 2, limitBatches: { train: 3 } },
  ]
  for (const options of schedules)
    it.each(Object.keys(SOURCES))(`%s and ${JSON.stringify(options)}`, async (name) => {
      const train = SOURCES[name] as (typeof SOURCES)[string]
      const data = (): FitData<LineBatch> => ({ train: train(), validation: lineBatches(1) })
      const life = { data, ...(options && { options }) }
      const whole = await live(life)
      const { calls } = await live({ ...life, at: { hook: 'batchEnd', call: -1 } })
      for (let call = 1; call <= calls; call++) {
        const { saved } = await live({ ...life, at: { hook: 'batchEnd', call }, act: 'abort' })
        const resumed = await live({ ...life, resumeFrom: saved })
        expect(resumed.end, `after batch ${call}`).toEqual(whole.end)
      }
    })

  it('a loader without size that is asked by nobody whether there is more, as signals may end it', async () => {
    let fetched = 0
    const loader = eager(4)
    const train = {
      ...loader,
      *[Symbol.iterator]() {
        for (const batch of loader) {
          fetched++
          yield batch
        }
      },
    }
    const life = { data: () => ({ train }), options: { maxEpochs: 1 } }
    await live({ ...life, at: { hook: 'batchEnd', call: 2 }, act: 'abort' })
    expect(fetched).toBe(2)
  })
})

describe('a validation that is interrupted and resumed', () => {
  it.each([1, 2, 3, 4, 5, 6])('has the order that it had, from its batch %d on', async (call) => {
    const validation = () => ({
      first: shuffledLine(3, 5),
      second: Object.assign(eager(4), { size: 4 }),
    })
    const life: Life = {
      data: () => ({ train: shuffledLine(4), validation: validation() }),
      options: { sanityBatches: 0 },
    }
    const whole = await live(life)
    const at = { hook: 'validationBatchStart', call } as const
    const first = await live({ ...life, at, act: 'abort' })
    const resumed = await live({ ...life, resumeFrom: first.saved })
    expect(resumed.end).toEqual(whole.end)
    const twice = await live({ ...life, resumeFrom: first.saved, at, act: 'abort' })
    expect((await live({ ...life, resumeFrom: twice.saved })).end).toEqual(whole.end)
  })
})

/** A loader that takes no state but of its own size. */
function strict(count: number, batchSize: number): Source {
  const loader = shuffledLine(count, batchSize)
  return {
    ...loader,
    state: () => ({ count, own: loader.state?.() ?? null }),
    restore(state) {
      const saved = state as { count: number; own: Json }
      if (saved.count !== count)
        throw new RangeError(`It has ${count} batches, not ${saved.count}.`)
      loader.restore?.(saved.own)
    },
  }
}

describe('other batches than the saved run had', () => {
  const snapshotAt = async (hook: 'save' | 'batchEnd', call: number) => {
    const data = () => ({ train: strict(4, 3), validation: strict(2, 3) })
    const { saved } = await live({
      data,
      at: { hook, call },
      options: { validateEvery: { epochs: 1 } },
    })
    return saved
  }
  const fitWith = async (data: FitData<LineBatch>, resumeFrom: Life['resumeFrom']) => {
    const module = lineModule({ configureOptimizers: () => tf.train.adam(0.05) })
    const trainer = new Trainer({ maxEpochs: 3 })
    try {
      return await trainer.fit(module, data, resumeFrom && { resumeFrom })
    } finally {
      module.dispose()
    }
  }

  it('are refused between two epochs with what works, and that works', async () => {
    const saved = await snapshotAt('save', 1)
    const error = await rejection(fitWith({ train: strict(6, 2) }, saved))
    expect(error.code).toBe('REG_DATA_FAILED')
    expect(error.message).toMatch(
      /data.train cannot resume at.*It has 6 batches, not 4.*pass a function as data.train/,
    )
    const { history } = await fitWith({ train: () => strict(6, 2) }, saved)
    expect(history).toHaveLength(3)
  })

  it('are refused in the middle of an epoch with what works', async () => {
    const saved = await snapshotAt('batchEnd', 2)
    for (const train of [strict(6, 2), () => strict(6, 2)]) {
      const error = await rejection(fitWith({ train }, saved))
      expect(error.message).toMatch(
        /data.train cannot resume at.*in the middle of an epoch: It has 6 batches.*taken between two epochs/,
      )
    }
  })

  it('are refused of a validation with what works, and that works', async () => {
    const saved = await snapshotAt('save', 1)
    const data = (validation: FitData<LineBatch>['validation']) => ({
      train: strict(4, 3),
      validation,
    })
    const error = await rejection(fitWith(data(strict(5, 2)), saved))
    expect(error.message).toMatch(/data.validation cannot resume at.*a function as data.validation/)
    await fitWith(
      data(() => strict(5, 2)),
      saved,
    )
  })
})

it('a function that gives the same loader for each epoch is told to give the loader itself', async () => {
  const module = lineModule()
  const loader = shuffledLine(2)
  const { trainer, reports } = lab({ maxEpochs: 3 })
  await trainer.fit(module, { train: () => loader })
  expect(reports.filter((text) => text.includes('the same loader again'))).toHaveLength(1)
  module.dispose()
})

describe('batches that are read again and left out', () => {
  /** A snapshot in the middle of an epoch, of batches whose source cannot tell its position. */
  const snapshotAfter = async (batch: number) => {
    const data = () => ({ train: withoutState(lineBatches(4)) })
    const { saved } = await live({ data, at: { hook: 'batchEnd', call: batch }, act: 'abort' })
    return saved
  }
  /** Gives some batches, and tells whether its iterator was ended. */
  const watched = (count: number, failsAt = Number.POSITIVE_INFINITY) => {
    const seen = { isOpen: false }
    const train = function* () {
      seen.isOpen = true
      try {
        for (let index = 0; index < count; index++) {
          if (index === failsAt) throw new Error('the disk is gone')
          yield lineBatch(index, 4)
        }
      } finally {
        seen.isOpen = false
      }
    }
    return { seen, train }
  }

  it('are fewer than were used: an error that says what works, and nothing stays open', async () => {
    const saved = await snapshotAfter(3)
    const { seen, train } = watched(2)
    const { saved: after, end } = await live({
      data: () => ({ train }),
      resumeFrom: saved,
      at: { hook: 'batchEnd', call: -1 },
      act: 'throw',
    })
    expect(end.result).toMatch(
      /data.train gives 2 batches in epoch 1, but the saved run had used 3 .*between two epochs/,
    )
    expect(seen.isOpen).toBe(false)
    expect(after?.meta.position).toEqual(saved?.meta.position)
  })

  it('are fewer because of limitBatches: the same error, and the iterator is ended', async () => {
    const resumeFrom = await snapshotAfter(3)
    const { seen, train } = watched(4)
    const options = { limitBatches: { train: 2 } }
    const { end } = await live({ data: () => ({ train }), resumeFrom, options })
    expect(end.result).toMatch(/gives 2 batches in epoch 1.*limitBatches/)
    expect(seen.isOpen).toBe(false)
  })

  it('are as many as were used: the epoch is over', async () => {
    const resumeFrom = await snapshotAfter(3)
    const { train } = watched(3)
    const { end } = await live({ data: () => ({ train }), resumeFrom })
    expect(end.result).toMatchObject({ stop: { kind: 'maxEpochs' } })
  })

  it('whose disposal fails leave no iterator open', async () => {
    const resumeFrom = await snapshotAfter(3)
    const { seen, train } = watched(4)
    const bad = function* () {
      for (const batch of train()) {
        tf.dispose([batch.x, batch.y])
        yield Object.defineProperty({}, 'x', {
          enumerable: true,
          get: () => {
            throw new Error('a batch that cannot be read')
          },
        }) as LineBatch
      }
    }
    const { end } = await live({ data: () => ({ train: bad }), resumeFrom })
    expect(end.result).toContain('a batch that cannot be read')
    expect(seen.isOpen).toBe(false)
  })
})
