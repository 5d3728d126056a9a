import { describe, expect, it } from 'vitest'
import {
  checkEvery,
  describeEvery,
  type Every,
  isNever,
  Schedule,
  type ScheduleClock,
} from '../../src/index.js'
import { thrownBy } from '../helpers/lab.js'

/** A run of epochs of ten batches, 100 ms each, in which weights change in each batch or in every nth. */
interface Walk {
  readonly epochs?: number
  readonly trainBatches?: number | undefined
  /** Batches per step. */
  readonly window?: number
  /** After how many batches the schedule goes on in a new object, from what the old one saved. */
  readonly resumedAfter?: number
}

/** Batches of the whole run after which a schedule was due, marked as done each time. */
function dueBatches(every: Every, walk: Walk = {}): number[] {
  const { epochs = 2, window = 1, resumedAfter } = walk
  const trainBatches = 'trainBatches' in walk ? walk.trainBatches : 10
  const due: number[] = []
  let clock: ScheduleClock = { epoch: 1, batch: 0, step: 0, elapsedMs: 0, trainBatches }
  let schedule = new Schedule(every, () => clock)
  for (let total = 1; total <= epochs * 10; total++) {
    const epoch = Math.ceil(total / 10)
    const batch = total - (epoch - 1) * 10
    clock = { ...clock, epoch, batch, step: Math.floor(total / window), elapsedMs: total * 100 }
    const isLast = batch === 10
    if (schedule.isDueAfterBatch() || (isLast && schedule.isDueAfterEpoch())) {
      due.push(total)
      schedule.markDone()
    }
    if (total !== resumedAfter) continue
    const saved = JSON.parse(JSON.stringify(schedule.last))
    schedule = new Schedule(every, () => clock)
    schedule.restore(saved)
  }
  return due
}

const each = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

const TABLE: [Every, number[]][] = [
  [{ steps: 1 }, each(20)],
  [{ steps: 5 }, [5, 10, 15, 20]],
  [{ steps: 7 }, [7, 14]],
  [{ steps: 21 }, []],
  [{ epochs: 1 }, [10, 20]],
  [{ epochs: 2 }, [20]],
  [{ epochs: 3 }, []],
  [{ epochs: 0.5 }, [5, 10, 15, 20]],
  [{ epochs: 0.25 }, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]],
  [{ epochs: 0.3 }, [3, 6, 9, 13, 16, 19]],
  [{ epochs: 1 / 3 }, [3, 6, 9, 13, 16, 19]],
  [{ epochs: 0.9 }, [9, 19]],
  [{ epochs: 1e-6 }, each(20)],
  [{ seconds: 0.7 }, [7, 14]],
  [{ seconds: 0.05 }, each(20)],
  [{ seconds: 3 }, []],
  ...(['steps', 'epochs', 'seconds'] as const).flatMap((unit): [Every, number[]][] => [
    [{ [unit]: 0 } as Every, []],
    [{ [unit]: Number.POSITIVE_INFINITY } as Every, []],
  ]),
]

describe('a schedule over two epochs of ten batches', () => {
  it.each(TABLE)('%j is due after the batches %j', (every, expected) => {
    expect(dueBatches(every)).toEqual(expected)
    expect(new Schedule(every, () => expect.unreachable()).isNever).toBe(isNever(every))
  })

  it.each(TABLE)('%j is due at the same places when it is resumed anywhere', (every, expected) => {
    for (const resumedAfter of each(20))
      expect(dueBatches(every, { resumedAfter }), `resumed after ${resumedAfter}`).toEqual(expected)
  })

  it.each([
    [{ steps: 2 }, [6, 12, 18]],
    [{ steps: 1 }, [3, 6, 9, 12, 15, 18]],
    [{ epochs: 0.5 }, [5, 10, 15, 20]],
    [{ epochs: 1 }, [10, 20]],
  ] as [Every, number[]][])('%j with three batches to a step: %j', (every, expected) => {
    expect(dueBatches(every, { window: 3 })).toEqual(expected)
    for (const resumedAfter of each(20))
      expect(dueBatches(every, { window: 3, resumedAfter })).toEqual(expected)
  })

  it('a share of an unknown number of batches is never due: a trainer refuses it', () => {
    expect(dueBatches({ epochs: 0.5 }, { trainBatches: undefined })).toEqual([])
  })

  it('stays due until it is marked as done', () => {
    let step = 0
    const clock = () => ({ epoch: 1, batch: step, step, elapsedMs: 0, trainBatches: undefined })
    const schedule = new Schedule({ steps: 2 }, clock)
    const found = each(5).map((now) => {
      step = now
      if (step === 4) schedule.markDone()
      return schedule.isDueAfterBatch()
    })
    expect(found).toEqual([false, true, true, false, false])
  })

  it('knows whether it is to be asked within epochs', () => {
    const within = TABLE.filter(
      ([every]) => new Schedule(every, () => expect.unreachable()).isWithinEpoch,
    )
    expect(within.map(([every]) => Object.keys(every)[0])).not.toContain(undefined)
    for (const [every] of within) expect(isNever(every)).toBe(false)
    expect(within.map(([every]) => every)).not.toContainEqual({ epochs: 1 })
    expect(within.map(([every]) => every)).toContainEqual({ epochs: 0.5 })
  })
})

describe('an option that is a schedule', () => {
  const owner = { owner: 'mine', option: 'every' }

  it.each(TABLE)('may be %j', (every) => {
    expect(checkEvery(every, owner)).toBe(every)
  })

  it('may have other units that are undefined', () => {
    const every = { steps: undefined, epochs: 2 } as unknown as Every
    expect(describeEvery(checkEvery(every, owner))).toBe('every 2 epochs')
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [[1], '[1]'],
    [{}, '{}'],
    ['{ steps: 5 }', '"{ steps: 5 }"'],
    [{ steps: 1.5 }, '{ steps: 1.5 }'],
    [{ steps: -1 }, '{ steps: -1 }'],
    [{ steps: Number.NaN }, '{ steps: NaN }'],
    [{ steps: '5' }, '{"steps":"5"}'],
    [{ epochs: 1.5 }, '{ epochs: 1.5 }'],
    [{ epochs: -0.5 }, '{ epochs: -0.5 }'],
    [{ seconds: Number.NEGATIVE_INFINITY }, '{ seconds: -Infinity }'],
    [{ minutes: 1 }, '{ minutes: 1 }'],
    [{ steps: 1, epochs: 1 }, '{ steps: 1, epochs: 1 }'],
  ])('may not be %j', async (value, found) => {
    const error = await thrownBy(() => checkEvery(value, owner))
    expect(error.code).toBe('REG_OPTION_INVALID')
    expect(error.detail).toContain(
      `mine: "every" is ${found}; expected one of { steps: n }, { epochs: n }`,
    )
    expect(error.data).toMatchObject({ owner: 'mine', option: 'every', found: value })
  })

  it.each([
    ['step', 'steps'],
    ['epoch', 'epochs'],
    ['second', 'seconds'],
  ])('%s is taken for %s', async (unit, meant) => {
    const error = await thrownBy(() => checkEvery({ [unit]: 1 }, owner))
    expect(error.detail).toMatch(new RegExp(` Did you mean "${meant}"\\?$`))
  })

  it.each([
    [{ steps: 1 }, 'every step'],
    [{ steps: 100 }, 'every 100 steps'],
    [{ epochs: 0.25 }, 'every 0.25 of an epoch'],
    [{ epochs: 1 }, 'every epoch'],
    [{ seconds: 60 }, 'every 60 seconds'],
    [{ steps: 0 }, 'never'],
    [{ seconds: Number.POSITIVE_INFINITY }, 'never'],
  ] as [Every, string][])('%j reads %s', (every, text) => {
    expect(describeEvery(every)).toBe(text)
  })
})
