import { describe, expect, it } from 'vitest'
import type { Every } from '../../src/index.js'
import { lab, onCpu, rejection } from '../helpers/lab.js'
import { type LineBatch, lineBatch, lineModule } from '../helpers/line.js'

onCpu()

/** A loader of so many batches, with the size that it says. Counts the epochs that it went through. */
function loader(count: number, size: unknown) {
  const given = { batches: 0, epochs: 0 }
  const batches = {
    size: size as number,
    *[Symbol.iterator](): Generator<LineBatch> {
      for (let index = 0; index < count; index++) {
        given.batches++
        yield lineBatch(index, 2)
      }
      given.epochs++
    },
  }
  return { batches, given }
}

async function fit(count: number, size: unknown, validateEvery: Every = { epochs: 1 }) {
  const module = lineModule()
  const { trainer, seen, reports } = lab({ maxEpochs: 3, validateEvery })
  const train = loader(count, size)
  const validation = loader(1, 1).batches
  const fitted = trainer.fit(module, { train: train.batches, validation })
  const result = await fitted.finally(module.dispose)
  const notices = reports.filter((text) => text.includes('"size"'))
  return { result, notices, samples: trainer.state.samples, seen, given: train.given }
}

describe('a loader whose size', () => {
  it.each([-3, 2.5, Number.NaN, '4', true])(
    'is %j is refused at the start, as training and as validation data',
    async (size) => {
      const error = await rejection(fit(4, size))
      expect(error).toMatchObject({ code: 'REG_DATA_INVALID', data: { place: 'data.train' } })
      expect(error.message).toContain('data.train: "size" is')
      const module = lineModule()
      const data = { train: loader(1, 1).batches, validation: { a: loader(1, size).batches } }
      const other = await rejection(lab().trainer.fit(module, data))
      expect(other.message).toContain('data.validation.a: "size" is')
      module.dispose()
    },
  )

  it.each([null, undefined, Number.POSITIVE_INFINITY])('is %j does not know it', async (size) => {
    expect((await fit(4, size)).samples).toBe(24)
  })

  it.each([{ epochs: 1 }, { steps: 1 }, { epochs: 0.5 }])(
    'says less than there is ends its epochs there, and says so once, with %j',
    async (every) => {
      const { samples, notices, result } = await fit(4, 2, every)
      expect(samples).toBe(12)
      expect(result.history).toHaveLength(3)
      expect(notices).toEqual([
        'data.train has more batches than the 2 that its "size" says: an epoch ends there, and the others are not used. Correct the size, or set limitBatches to end epochs early.',
      ])
    },
  )

  it('says more than there is trains on what there is, and says so once', async () => {
    const { samples, notices, seen } = await fit(4, 10, { epochs: 0.5 })
    expect(samples).toBe(24)
    expect(seen.of('validationEnd')).toEqual([])
    expect(notices).toEqual([
      'data.train gave 4 batches in an epoch, though its "size" says 10: shares of an epoch and what is shown go by the size.',
    ])
  })

  it('of validation data is wrong: the same', async () => {
    const module = lineModule()
    const { trainer, reports } = lab({ maxEpochs: 2 })
    const validation = { a: loader(3, 2).batches, b: loader(2, 3).batches }
    await trainer.fit(module, { train: loader(1, 1).batches, validation })
    expect(reports.filter((text) => text.includes('"size"'))).toEqual([
      expect.stringContaining('data.validation.a has more batches than the 2'),
      expect.stringContaining('data.validation.b gave 2 batches'),
    ])
    module.dispose()
  })
})

it.each([{ epochs: 1 }, { steps: 4 }, { epochs: 0.5 }])(
  'a loader with a right size is gone through to its end in each epoch, with %j',
  async (every) => {
    const { given, notices } = await fit(4, 4, every)
    expect(given).toEqual({ batches: 12, epochs: 3 })
    expect(notices).toEqual([])
  },
)

it('a loader that limitBatches cuts short is not asked for more, and nothing is said', async () => {
  const module = lineModule()
  const { trainer, reports } = lab({ limitBatches: { train: 2 } })
  const { batches, given } = loader(4, 4)
  await trainer.fit(module, { train: batches })
  expect(given).toEqual({ batches: 2, epochs: 0 })
  expect(reports.filter((text) => text.includes('"size"'))).toEqual([])
  module.dispose()
})
