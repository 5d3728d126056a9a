import { type Snapshot, Trainer } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MixupOptions, mixup } from '../src/index.js'
import { mixedInputs, mixedRows } from '../src/mix.js'
import { mixable, smoothed } from '../src/targets.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('by hand', () => {
  const order = [1, 2, 0]
  it('rows are mixed by their share', () => {
    const [x] = tf.tidy(() => [
      mixedRows(
        tf,
        tf.tensor2d([
          [1, 10],
          [2, 20],
          [4, 40],
        ]),
        { order, lambda: 0.75 },
      ).arraySync(),
    ])
    expect(x).toEqual([
      [1.25, 12.5],
      [2.5, 25],
      [3.25, 32.5],
    ])
  })

  it('images have a box of the other', () => {
    const box = { top: 0, bottom: 1, left: 1, right: 3 }
    const found = tf.tidy(() => {
      const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 2, 3, 1])
      const mixture = { order: [1, 0], lambda: 2 / 3, box }
      return [...mixedInputs(tf, images, mixture).dataSync()]
    })
    expect(found).toEqual([1, 20, 30, 4, 5, 6, 10, 2, 3, 40, 50, 60])
  })

  it('targets are smoothed', () => {
    const soft = (values: number[][]) =>
      tf.tidy(() => [...smoothed(tf, tf.tensor2d(values), 0.2).dataSync()])
    for (const [index, value] of [0.85, 0.05, 0.05, 0.05].entries())
      expect(soft([[1, 0, 0, 0]])[index]).toBeCloseTo(value, 6)
    for (const [index, value] of [0.9, 0.1].entries())
      expect(soft([[1], [0]])[index]).toBeCloseTo(value, 6)
  })

  it.each<[string, () => tf.Tensor, number | undefined, number[][] | string]>([
    [
      'indexes',
      () => tf.tensor1d([1, 0], 'int32'),
      2,
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      'a column of indexes',
      () => tf.tensor2d([[1], [0]], [2, 1], 'int32'),
      2,
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      'indexes as floats',
      () => tf.tensor1d([1, 0]),
      2,
      [
        [0, 1],
        [1, 0],
      ],
    ],
    ['one-hot', () => tf.tensor2d([[0, 1]]), undefined, [[0, 1]]],
    ['one-hot of integers', () => tf.tensor2d([[0, 1]], [1, 2], 'int32'), 2, [[0, 1]]],
    ['numbers', () => tf.tensor2d([[0.5], [2]]), undefined, [[0.5], [2]]],
    [
      'indexes without classes',
      () => tf.tensor1d([1, 0], 'int32'),
      undefined,
      'labels are int32: class indexes',
    ],
    [
      'an index too large',
      () => tf.tensor1d([2], 'int32'),
      2,
      'a label is 2; expected an index of 2 classes',
    ],
    ['an index below 0', () => tf.tensor1d([-1], 'int32'), 2, 'a label is -1;'],
    ['half an index', () => tf.tensor1d([0.5]), 2, 'a label is 0.5;'],
    ['NaN', () => tf.tensor1d([Number.NaN]), 2, 'a label is NaN;'],
    ['other columns', () => tf.tensor2d([[0, 1, 0]]), 2, 'targets have 3 columns; expected 2'],
  ])('targets: %s', (_, make, classes, expected) =>
    expectNoTensorLeak(async () => {
      const targets = make()
      try {
        if (typeof expected === 'string') {
          await expect(mixable(tf, targets, classes)).rejects.toThrow(expected)
          return
        }
        const found = await mixable(tf, targets, classes)
        expect(found.arraySync()).toEqual(expected)
        expect(found.dtype).toBe('float32')
        found.dispose()
      } finally {
        targets.dispose()
      }
    }),
  )
})

type Batch = { readonly x: tf.Tensor; readonly y: tf.Tensor; readonly weight?: tf.Tensor }

function* batches(): Generator<Batch> {
  for (let n = 0; n < 3; n++)
    yield {
      x: tf.tensor2d([[n], [n + 1], [n + 3]]),
      y: tf.tensor1d([0, 1, 2], 'int32'),
      weight: tf.tensor1d([1, 2, 3]),
    }
}

interface Fit {
  readonly train?: () => Iterable<unknown>
  readonly after?: number
  readonly resumeFrom?: Snapshot | undefined
}

/** A fit that notes what its steps receive. */
async function seen(options: MixupOptions, { train = batches, after, resumeFrom }: Fit = {}) {
  const w = tf.tidy(() => tf.variable(tf.zeros([1, 3])))
  const found: { x: unknown; y: unknown; weight: unknown }[] = []
  const validated: unknown[] = []
  const module = {
    trainingStep({ x, y, weight }: Batch) {
      found.push({ x: x.arraySync(), y: y.arraySync(), weight: weight?.arraySync() })
      const flat = tf.mean(tf.reshape(x, [3, -1]), 1, true) as tf.Tensor2D
      return tf.mean(tf.square(tf.sub(tf.matMul(flat, w as tf.Tensor2D), y)))
    },
    validationStep({ y }: Batch) {
      validated.push(y.arraySync())
      return {}
    },
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.01),
  }
  const controller = new AbortController()
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0, plugins: [mixup(options)] })
  let saved: Snapshot | undefined
  trainer.hooks.batchEnd.tap('test', () => {
    if (found.length === after) controller.abort()
  })
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot }) => {
    if (reason === 'interrupted') saved = await snapshot()
  })
  try {
    const data = { train: train as () => Iterable<Batch>, validation: batches }
    const { signal } = controller
    await trainer.fit(module, data, { signal, ...(resumeFrom && { resumeFrom }) })
    return { found, validated, saved, weights: [...w.dataSync()] }
  } finally {
    await trainer.dispose()
    w.dispose()
  }
}

const sums = (rows: unknown) =>
  (rows as number[][]).map((row) => row.reduce((sum, value) => sum + value))

describe('in a fit', () => {
  it('training is mixed, validation is not', () =>
    expectNoTensorLeak(async () => {
      const { found, validated } = await seen({ alpha: 1, classes: 3, seed: 4 })
      expect(found).toHaveLength(6)
      for (const { y, weight } of found) {
        for (const sum of sums(y)) expect(sum).toBeCloseTo(1, 6)
        expect(weight).toEqual([1, 2, 3])
      }
      expect(new Set(found.map(({ y }) => JSON.stringify(y))).size).toBe(6)
      expect(validated[0]).toEqual([0, 1, 2])
      // The mean of a batch stays, whatever is mixed with whatever.
      const [mean] = [sums(found[0]?.x).reduce((sum, value) => sum + value)]
      expect(mean).toBeCloseTo(4, 5)
    }))

  it('inputs stay where there is only smoothing', async () => {
    const { found } = await seen({ smoothing: 0.3, classes: 3 })
    expect(found[0]?.x).toEqual([[0], [1], [3]])
    expect(sums(found[0]?.y)[0]).toBeCloseTo(1, 6)
    const targets = (found[0]?.y ?? []) as number[][]
    expect(targets[0]?.[0]).toBeCloseTo(0.8, 6)
  })

  it('images are cut', () =>
    expectNoTensorLeak(async () => {
      const train = function* () {
        const x = tf.tidy(() => tf.stack([1, 2, 3].map((value) => tf.fill([6, 6, 1], value))))
        yield { x, y: tf.tensor1d([0, 1, 2], 'int32') }
      }
      const { found } = await seen({ cutmix: 1, classes: 3, seed: 2 }, { train })
      const images = found[0]?.x as number[][][][]
      const targets = found[0]?.y as number[][]
      for (const [row, image] of images.entries()) {
        const pixels = image.flat(2)
        const own = pixels.filter((pixel) => pixel === row + 1).length / 36
        expect(targets[row]?.[row]).toBeCloseTo(own, 5)
        expect(pixels.every((pixel) => [1, 2, 3].includes(pixel))).toBe(true)
      }
    }))

  it('that is interrupted after any batch the resumed run has the same mixtures', async () => {
    const options = { alpha: 0.5, classes: 3, probability: 0.7, seed: 9 }
    const whole = await seen(options)
    for (const after of [1, 2, 3, 4, 5]) {
      const first = await seen(options, { after })
      const second = await seen(options, { resumeFrom: first.saved })
      expect([...first.found, ...second.found]).toEqual(whole.found)
      expect(second.weights).toEqual(whole.weights)
    }
  })

  it.each<[string, MixupOptions, () => tf.TensorContainer, string]>([
    [
      'index labels',
      { alpha: 1 },
      () => ({ x: tf.ones([3, 1]), y: tf.tensor1d([0, 1, 2], 'int32') }),
      '"classes"',
    ],
    ['a tensor alone', { alpha: 1 }, () => tf.ones([3, 1]), 'expected a tensor "x" or "xs"'],
    [
      'no targets',
      { alpha: 1 },
      () => ({ x: tf.ones([3, 1]) }),
      'The batch has "x"; expected a tensor "y" or "ys"',
    ],
    [
      'other rows',
      { alpha: 1 },
      () => ({ x: tf.ones([3, 1]), y: tf.ones([2, 3]) }),
      '"x" has 3 rows and "y" 2',
    ],
    [
      'integers',
      { alpha: 1 },
      () => ({ x: tf.ones([3, 1], 'int32'), y: tf.ones([3, 3]) }),
      'inputs are int32',
    ],
    [
      'no images',
      { cutmix: 1 },
      () => ({ x: tf.ones([3, 1]), y: tf.ones([3, 3]) }),
      'expected images',
    ],
    [
      'other names',
      { alpha: 1, targets: 'label' },
      () => ({ x: tf.ones([3, 1]), y: tf.ones([3, 3]) }),
      'expected a tensor "label"',
    ],
  ])('refuses %s', (_, options, make, text) =>
    expectNoTensorLeak(async () => {
      const train = function* () {
        yield make()
      }
      await expect(seen(options, { train })).rejects.toMatchObject({
        code: 'REG_DATA_INVALID',
        plugin: 'mixup',
        message: expect.stringContaining(text),
      })
    }),
  )
})
