import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { TrainerOptions, TrainingModule } from '../../src/index.js'
import { lab, onCpu, plugin } from '../helpers/lab.js'

onCpu()

type Batch = tf.Tensor1D

/** A module with one weight per optimizer, automatic or manual. */
function branches(names: readonly string[], manual?: ManualTurns) {
  const weights = names.map((name) => [name, tf.tidy(() => tf.variable(tf.scalar(1)))] as const)
  const byName = Object.fromEntries(weights)
  const lossOf = (name: string, batch: Batch) => tf.mul(byName[name] as tf.Scalar, tf.mean(batch))
  const shared = {
    validationStep: () => ({ loss: 1 }),
    variables: () => Object.fromEntries(weights.map(([name, weight]) => [`${name}/w`, weight])),
    configureOptimizers: () => Object.fromEntries(names.map((name) => [name, tf.train.sgd(0.1)])),
  }
  const module: TrainingModule<Batch> = manual
    ? {
        ...shared,
        automaticOptimization: false,
        async trainingStep(batch, { batch: index, optimize }) {
          for (const name of manual(index)) await optimize(name, () => lossOf(name, batch))
        },
      }
    : {
        ...shared,
        trainingStep: (batch) => tf.addN(names.map((name) => lossOf(name, batch))) as tf.Scalar,
      }
  return { module, dispose: () => tf.dispose(weights.map(([, weight]) => weight)) }
}
type ManualTurns = (batch: number) => readonly string[]

const ones = (count: number) => ({
  size: count,
  *[Symbol.iterator]() {
    for (let index = 0; index < count; index++) yield tf.tensor1d([1])
  },
})

const KINDS: [kind: string, make: () => ReturnType<typeof branches>][] = [
  ['one optimizer', () => branches(['a'])],
  ['two optimizers', () => branches(['a', 'b'])],
  ['three optimizers', () => branches(['a', 'b', 'c'])],
  ['a manual module with five steps a batch', () => branches(['a', 'b'], () => [...'aabaa'])],
  [
    'a manual module with turns that differ',
    () => branches(['a', 'b'], (batch) => (batch % 2 === 0 ? ['a'] : ['b', 'b'])),
  ],
]

async function fit(make: () => ReturnType<typeof branches>, options: TrainerOptions, count = 10) {
  const { module, dispose } = make()
  const observed = lab(options)
  const result = await observed.trainer.fit(module, { train: ones(count), validation: ones(1) })
  dispose()
  return { ...observed, result }
}

describe.each(KINDS)('steps of %s', (_, make) => {
  it('are counted once a batch, in each payload and in the records', async () => {
    const { trainer, seen } = await fit(make, { maxEpochs: 3, logEvery: { steps: 7 } })
    const counted = Array.from({ length: 30 }, (_, index) => index + 1)
    expect(seen.of('batchEnd').map(({ step }) => step)).toEqual(counted)
    expect(new Set(seen.of('batchEnd').map(({ outcome }) => outcome))).toEqual(
      new Set(['completed']),
    )
    expect(trainer.state).toMatchObject({ step: 30, epoch: 3, samples: 30 })
    const logged = seen.of('record').filter((one) => 'interval' in one && one.interval === 'step')
    expect(logged.map(({ step }) => step)).toEqual([6, 13, 20, 27])
    for (const { batch, step, epoch } of seen.of('stepEnd'))
      expect(step).toBe(epoch * 10 + batch + 1)
  })

  it.each([
    [{ steps: 2 }, 15],
    [{ steps: 3 }, 10],
    [{ steps: 7 }, 4],
  ])('make %j due %i times in 30 batches', async (validateEvery, times) => {
    const { seen } = await fit(make, { maxEpochs: 3, validateEvery })
    const steps = seen.of('validationStart').map(({ step }) => step)
    expect(steps).toEqual(Array.from({ length: times }, (_, at) => (at + 1) * validateEvery.steps))
  })

  it('end with maxSteps after as many batches', async () => {
    const { trainer, result } = await fit(make, { maxSteps: 4, maxEpochs: 9 })
    expect(trainer.state).toMatchObject({ step: 4, batch: 4, samples: 4 })
    expect(result.stop).toEqual({ kind: 'maxSteps' })
  })

  it('hold back a request to stop until minSteps batches', async () => {
    const eager = plugin('eager', ({ hooks, requestStop }) => {
      hooks.fitStart.tap('eager', () => requestStop('at once'))
    })
    const { trainer } = await fit(make, { minSteps: 7, maxEpochs: 9, plugins: [eager] })
    expect(trainer.state.step).toBe(7)
  })

  it('are watched by on("batchEnd", { every })', async () => {
    const { module, dispose } = make()
    const { trainer } = lab({ maxEpochs: 2 })
    const found: number[] = []
    trainer.on('batchEnd', { every: 6 }).subscribe(({ step }) => void found.push(step))
    await trainer.fit(module, { train: ones(10) })
    expect(found).toEqual([6, 12, 18])
    dispose()
  })

  it('are none, and the batch is skipped, where no optimizer steps', async () => {
    const withholding = plugin('withholding', ({ hooks }) => {
      hooks.gradients.tap('withholding', (_, { batch }) => (batch % 2 === 0 ? null : undefined))
    })
    const { trainer, seen } = await fit(make, { plugins: [withholding] }, 4)
    expect(seen.of('batchEnd').map(({ outcome, step }) => [outcome, step])).toEqual([
      ['skipped', 0],
      ['completed', 1],
      ['skipped', 1],
      ['completed', 2],
    ])
    expect(trainer.state.step).toBe(2)
  })
})

it('a batch counts as soon as the first of its optimizers has changed weights', async () => {
  const make = () => branches(['a', 'b', 'c'])
  const { seen } = await fit(make, {}, 2)
  const steps = (name: 'stepStart' | 'stepEnd') => seen.of(name).map(({ step }) => step)
  expect(steps('stepStart')).toEqual([0, 1, 1, 1, 2, 2])
  expect(steps('stepEnd')).toEqual([1, 1, 1, 2, 2, 2])
})

it('a batch counts where only one of several optimizers steps', async () => {
  const withholding = plugin('withholding', ({ hooks }) => {
    hooks.gradients.tap('withholding', (_, { optimizer }) => (optimizer === 'c' ? undefined : null))
  })
  const make = () => branches(['a', 'b', 'c'])
  const { trainer, seen } = await fit(make, { plugins: [withholding] }, 3)
  expect(trainer.state.step).toBe(3)
  expect(seen.of('stepEnd').map(({ optimizer }) => optimizer)).toEqual(['c', 'c', 'c'])
})
