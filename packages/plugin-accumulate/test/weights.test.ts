import '@tensorflow/tfjs-backend-cpu'
import { definePlugin, type Snapshot, Trainer, type TrainerOptions } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AccumulateOptions, accumulate } from '../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

type Sizes = readonly number[]

/** x = 1, 2, 3 … in batches of these sizes, once per epoch; y is 3 x. */
const inBatches = (sizes: Sizes) => ({
  size: sizes.length,
  *[Symbol.iterator]() {
    let next = 1
    for (const size of sizes) yield tf.tensor1d(Array.from({ length: size }, () => next++))
  },
})

interface Fit extends TrainerOptions {
  readonly sizes: Sizes
  readonly options: AccumulateOptions
  readonly loss?: 'mean' | 'sum'
  readonly resumeFrom?: Snapshot
}

/** The weight after a fit of y = w x with SGD of rate 0.01 from w = 0. */
async function fitted({ sizes, options, loss = 'mean', ...more }: Fit) {
  const { resumeFrom, plugins = [], ...trainerOptions } = more
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const squares = (x: tf.Tensor) => tf.square(tf.sub(tf.mul(x, 3), tf.mul(x, w)))
  const module = {
    trainingStep: (x: tf.Tensor1D) => {
      const all = squares(x)
      return loss === 'mean' ? tf.mean(all) : tf.sum(all)
    },
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.01),
  }
  const trainer = new Trainer({
    maxEpochs: 1,
    ...trainerOptions,
    plugins: [accumulate(options), plugins],
  })
  await trainer.fit(module, { train: inBatches(sizes) }, resumeFrom && { resumeFrom })
  const [weight] = w.dataSync()
  w.dispose()
  return { weight: Number(weight), steps: trainer.state.step }
}

describe('batches of different sizes', () => {
  // One batch of x = 1..6: the gradient is -6 · mean(x²) = -6 · 91 / 6 = -91, and w = 0.91.
  it.each<[Sizes]>([[[6]], [[4, 2]], [[2, 4]], [[1, 5]], [[1, 2, 3]], [[3, 3]]])(
    '%j train like one batch of 6: w = 0.91',
    async (sizes) => {
      const before = tf.memory().numTensors
      const { weight, steps } = await fitted({ sizes, options: { batches: sizes.length } })
      expect(weight).toBeCloseTo(0.91, 6)
      expect(steps).toBe(1)
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  it('are weighed in a last window that is not full', async () => {
    const { weight } = await fitted({ sizes: [4, 2], options: { batches: 5 } })
    expect(weight).toBeCloseTo(0.91, 6)
  })

  it('are weighed in each window by its own', async () => {
    // First 1..3 in [2, 1]: w = 0.06 · 14 / 3 = 0.28. Then 4..6 in [1, 2]: mean(x²) = 77 / 3, and
    // w = 0.28 + 0.02 · 2.72 · 77 / 3 = 1.676266…
    const { weight } = await fitted({ sizes: [2, 1, 1, 2], options: { batches: 2 } })
    expect(weight).toBeCloseTo(0.28 + 0.02 * 2.72 * (77 / 3), 5)
  })

  it('are weighed where the run is resumed between them, to equal bits', async () => {
    const saved: Snapshot[] = []
    const keeps = definePlugin({
      name: 'keeps',
      apply({ id, hooks, requestSave }) {
        hooks.batchEnd.tap(id, () => requestSave())
        hooks.save.tapPromise(id, async ({ snapshot }) => void saved.push(await snapshot()))
      },
    })
    const fit = { sizes: [4, 2, 1], options: { batches: 3 } }
    const whole = await fitted({ ...fit, plugins: [keeps] })
    expect(saved.length).toBeGreaterThan(1)
    for (const snapshot of saved.slice(0, 2)) {
      const { meta, tensors } = snapshot
      const resumeFrom = { meta: JSON.parse(JSON.stringify(meta)), tensors }
      const resumed = await fitted({ ...fit, resumeFrom })
      expect(resumed.weight).toBe(whole.weight)
    }
  })
})

describe('a loss that is a sum', () => {
  // One batch of 6: the gradient is -6 · 91 = -546, and w = 5.46.
  it.each<[Sizes]>([[[6]], [[4, 2]], [[1, 2, 3]]])('over %j: w = 5.46', async (sizes) => {
    const options = { batches: sizes.length, reduction: 'sum' } as const
    const { weight } = await fitted({ sizes, options, loss: 'sum' })
    expect(weight).toBeCloseTo(5.46, 5)
  })

  it('is a sum or a mean, nothing else', () => {
    expect(() => accumulate({ batches: 2, reduction: 'max' as never })).toThrow(
      /REG_OPTION_INVALID: accumulate: "reduction" is "max"; expected "mean" or "sum"/,
    )
  })
})
