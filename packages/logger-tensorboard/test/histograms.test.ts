import { definePlugin, type Every, type PluginEntry, type Snapshot, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { logHistograms } from '../src/histograms.js'

beforeAll(() => tf.setBackend('cpu'))

type Batch = tf.Tensor1D
type Source = Iterable<Batch> & { size?: number }

const ones = (count: number, size: number | undefined = count): Source => ({
  ...(size !== undefined && { size }),
  *[Symbol.iterator]() {
    for (let index = 0; index < count; index++) yield tf.tensor1d([1])
  },
})

interface Life {
  readonly every: Every
  readonly train?: Source | (() => Source)
  readonly plugins?: PluginEntry
  readonly abortAfter?: number
  readonly resumeFrom?: Snapshot | undefined
}

/** Trains two optimizers for two epochs of six batches. @returns the records of histograms by name */
async function live({ every, train = ones(6), plugins, abortAfter, resumeFrom }: Life) {
  const [a, b] = [0, 1].map((value) => tf.tidy(() => tf.variable(tf.scalar(value)))) as [
    tf.Variable,
    tf.Variable,
  ]
  const before = tf.memory().numTensors
  const steps: Record<string, number[]> = {}
  const histograms = definePlugin({
    name: 'histograms',
    apply(context) {
      logHistograms(context, { every })
      context.hooks.record.tap('histograms', (record) => {
        if (record.kind !== 'histogram') return
        steps[record.name] ??= []
        steps[record.name]?.push(record.step)
      })
    },
  })
  const controller = new AbortController()
  const trainer = new Trainer({ maxEpochs: 2, plugins: [histograms, plugins] })
  let batches = 0
  trainer.hooks.batchEnd.tap('test', () => void (++batches === abortAfter && controller.abort()))
  const module = {
    trainingStep: (batch: Batch) => tf.mul(tf.add(a, b), tf.mean(batch)) as tf.Scalar,
    variables: () => ({ 'a/w': a, 'b/w': b }),
    configureOptimizers: () => ({ a: tf.train.sgd(0.1), b: tf.train.sgd(0.1) }),
  }
  try {
    await trainer.fit(module, { train }, { signal: controller.signal, resumeFrom })
    return { steps, snapshot: await trainer.snapshot() }
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose([a, b])
  }
}

const NAMES = ['gradients/a/w', 'gradients/b/w', 'weights/a/w', 'weights/b/w']
const all = (steps: readonly number[]) => Object.fromEntries(NAMES.map((name) => [name, steps]))

/** Two steps in three batches are withheld, as by accumulation. */
const withholding = definePlugin({
  name: 'withholding',
  apply: ({ hooks }) =>
    hooks.gradients.tap('withholding', (_, { batch }) => (batch % 3 === 2 ? undefined : null)),
})

const TABLE: [Every, number[]][] = [
  [{ steps: 1 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [{ steps: 5 }, [4, 9]],
  [{ epochs: 1 }, [5, 11]],
  [{ epochs: 2 }, [11]],
  [{ epochs: 0.5 }, [2, 5, 8, 11]],
  [{ steps: 0 }, []],
  [{ epochs: Number.POSITIVE_INFINITY }, []],
  [{ seconds: Number.POSITIVE_INFINITY }, []],
]

describe('histograms of two optimizers', () => {
  it.each(TABLE)('every %j come of both at the steps %j', async (every, steps) => {
    expect((await live({ every })).steps).toEqual(steps.length === 0 ? {} : all(steps))
  })

  it.each(TABLE)('every %j go on where an interrupted run was', async (every, steps) => {
    for (const abortAfter of [1, 2, 3, 5, 6, 9]) {
      const first = await live({ every, abortAfter })
      const second = await live({ every, resumeFrom: first.snapshot })
      for (const name of NAMES) {
        const both = [...(first.steps[name] ?? []), ...(second.steps[name] ?? [])]
        expect(both, `${name} after batch ${abortAfter}`).toEqual(steps)
      }
    }
  })

  it.each([
    [{ steps: 1 }, [0, 1, 2, 3]],
    [{ steps: 2 }, [1, 3]],
    [{ epochs: 1 }, [1, 3]],
    [{ epochs: 0.34 }, [0, 1, 2, 3]],
    [{ epochs: 0.7 }, [1, 3]],
  ] as [Every, number[]][])(
    'every %j wait for the next step where gradients are withheld: %j, wherever that plugin is',
    async (every, steps) => {
      expect((await live({ every, plugins: withholding })).steps).toEqual(all(steps))
      const earlier = definePlugin({ ...withholding, before: ['histograms'] })
      expect((await live({ every, plugins: earlier })).steps).toEqual(all(steps))
    },
  )

  it('are refused by a share of an epoch of unknown size, and right where a function tells it', async () => {
    const every = { epochs: 0.5 }
    for (const train of [
      ones(6, Number.POSITIVE_INFINITY),
      () => ones(6, Number.POSITIVE_INFINITY),
    ])
      await expect(live({ every, train })).rejects.toMatchObject({
        code: 'REG_OPTION_INVALID',
        plugin: 'histograms',
        message: expect.stringContaining(
          '"histograms.every" is { epochs: 0.5 }, a share of an epoch',
        ),
      })
    expect((await live({ every, train: () => ones(6) })).steps).toEqual(all([2, 5, 8, 11]))
  })
})
