import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { sizeOfBatch, sizesIn } from '../../src/data/containers.js'
import { lab, onCpu, rejection, withoutLeak } from '../helpers/lab.js'
import { endlessLine, type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const sources = (calls: string[]) => ({
  train: (epoch: number) => {
    calls.push(`train ${epoch}`)
    return lineBatches(2, 1)
  },
  validation: (epoch: number) => {
    calls.push(`validation ${epoch}`)
    return lineBatches(1, 1)
  },
})

describe('where batches come from', () => {
  it.each([
    { sanity: 1, first: ['validation 0'] },
    { sanity: 0, first: [] },
  ])(
    'C159: functions are called once per epoch and validation, sanity $sanity first',
    async ({ sanity, first }) => {
      const calls: string[] = []
      const module = lineModule()
      const { trainer } = lab({ maxEpochs: 2, sanityBatches: sanity })
      await trainer.fit(module, sources(calls))
      expect(calls).toEqual([...first, 'train 0', 'validation 0', 'train 1', 'validation 1'])
      module.dispose()
    },
  )

  it('C159: data and module given as functions are made once in a fit, the module first', async () => {
    const calls: string[] = []
    const module = lineModule()
    const { trainer } = lab({ maxEpochs: 3 })
    await trainer.fit(
      async () => {
        calls.push('module')
        return module
      },
      () => {
        calls.push('data')
        return { train: lineBatches(2), validation: lineBatches(1) }
      },
    )
    expect(calls).toEqual(['module', 'data'])
    module.dispose()
  })

  it.each([
    { validateEvery: 1, validated: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { validateEvery: 3, validated: [2, 5, 8] },
    { validateEvery: 5, validated: [4, 9] },
  ])(
    'C160: 10 epochs, validation every $validateEvery: loaders are made anew in 0..9 and $validated',
    async ({ validateEvery, validated }) => {
      const calls: string[] = []
      const module = lineModule()
      const { trainer } = lab({ maxEpochs: 10, validateEvery: { epochs: validateEvery } })
      await trainer.fit(module, sources(calls))
      const of = (kind: string) =>
        calls.filter((call) => call.startsWith(kind)).map((call) => Number(call.split(' ')[1]))
      expect(of('train')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(of('validation')).toEqual(validated)
      module.dispose()
    },
  )

  it('C162: a source with batches in the first epoch only ends with step 2 and epoch 2, and says so', async () => {
    const module = lineModule()
    await withoutLeak(async () => {
      const { trainer, reports, seen } = lab({ maxEpochs: 2 })
      await trainer.fit(module, {
        train: endlessLine(2, 2)(),
      })
      expect(trainer.state).toMatchObject({ step: 2, epoch: 2 })
      expect(reports.filter((line) => line.includes('no batch in epoch 2'))).toHaveLength(1)
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it.each([
    { kind: 'an empty array', train: [] as LineBatch[] },
    { kind: 'an empty generator', train: function* (): Generator<LineBatch> {} },
    { kind: 'an empty async generator', train: async function* (): AsyncGenerator<LineBatch> {} },
  ])('C162: $kind gives no batch at all, which is an error', async ({ train }) => {
    const module = lineModule()
    await withoutLeak(async () => {
      const { trainer, seen } = lab({ maxEpochs: 2 })
      const error = await rejection(trainer.fit(module, { train }))
      expect(error.code).toBe('REG_DATA_EMPTY')
      expect(error.message).toContain('data.train gave no batch')
      expect(seen.unpaired()).toEqual([])
      expect(seen.of('epochEnd')).toMatchObject([{ outcome: 'failed' }])
    })
    module.dispose()
  })
})

describe('the size of a batch', () => {
  const table: {
    shape: string
    make: () => unknown
    size: number | undefined
    other?: number[]
  }[] = [
    { shape: 'a tensor', make: () => tf.zeros([11, 10, 9, 8]), size: 11 },
    { shape: 'a tensor by name', make: () => ({ test: tf.zeros([11, 10]) }), size: 11 },
    { shape: 'a list of tensors', make: () => [tf.zeros([11, 10])], size: 11 },
    { shape: 'nested names', make: () => ({ a: { b: [tf.zeros([11, 11])] } }), size: 11 },
    { shape: 'x and y', make: () => ({ x: tf.zeros([11, 3]), y: tf.zeros([11]) }), size: 11 },
    { shape: 'a scalar', make: () => tf.scalar(3), size: 1 },
    { shape: 'a number', make: () => 3, size: 1 },
    {
      shape: 'rows of numbers',
      make: () => [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      size: 3,
    },
    { shape: 'a typed array', make: () => new Float32Array(7), size: 7 },
    {
      shape: 'tensors of two sizes',
      make: () => ({ x: tf.zeros([11, 2]), y: tf.zeros([10]) }),
      size: 11,
      other: [11, 10],
    },
    {
      shape: 'a scalar and a tensor',
      make: () => [tf.scalar(1), tf.zeros([10])],
      size: 1,
      other: [1, 10],
    },
    { shape: 'a string', make: () => 'sentence', size: undefined },
    { shape: 'an object of a class of its own', make: () => new Date(), size: undefined },
  ]
  it.each(table)('C235: $shape has size $size', ({ make, size, other = [] }) => {
    tf.tidy(() => {
      const batch = make()
      expect(sizeOfBatch(batch)).toBe(size)
      const found = new Set(sizesIn(batch))
      expect(found.size > 1 ? [...found] : []).toEqual(other)
    })
  })

  it('C235: a batch with two sizes is used, and reported once', async () => {
    const module = lineModule({ trainingStep: () => tf.mean(tf.mul(module.w, 1)) })
    await withoutLeak(async () => {
      const { trainer, reports } = lab()
      const train = function* () {
        for (let index = 0; index < 3; index++)
          yield { x: tf.zeros([4, 1]), y: tf.zeros([2, 1]) } as LineBatch
      }
      await trainer.fit(module, { train })
      expect(
        reports.filter((line) => line.includes('first dimensions (4, 2); 4 is taken')),
      ).toHaveLength(1)
      expect(trainer.state.samples).toBe(12)
    })
    module.dispose()
  })
})
