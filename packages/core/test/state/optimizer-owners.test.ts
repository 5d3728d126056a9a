import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'

onCpu()

/** Two optimizers, `base` and `head`, and variables of these names, each with the gradient 1. */
function divided(names: readonly string[]) {
  const variables = Object.fromEntries(
    names.map((name) => [name, tf.tidy(() => tf.variable(tf.scalar(0)))]),
  )
  const lossOf = () => tf.addN(Object.values(variables)) as tf.Scalar
  const shared = {
    variables: () => variables,
    configureOptimizers: () => ({ base: tf.train.sgd(1), head: tf.train.sgd(1) }),
  }
  return {
    automatic: { ...shared, trainingStep: () => lossOf() },
    manual: {
      ...shared,
      automaticOptimization: false as const,
      trainingStep: async (
        _: tf.Tensor,
        { optimize }: { optimize(name: string, loss: () => tf.Tensor): Promise<unknown> },
      ) => {
        await optimize('base', lossOf)
        await optimize('head', lossOf)
      },
    },
    values: () => names.map((name) => variables[name]?.dataSync()[0]),
    dispose: () => tf.dispose(variables),
  }
}

const train = () => [tf.tensor1d([1])].values()

describe('an optimizer that no variable belongs to', () => {
  it.each(['automatic', 'manual'] as const)(
    'is an error that names the variables: %s',
    async (kind) => {
      const module = divided(['base/kernel', 'base/bias'])
      const trainer = new Trainer({ maxEpochs: 1 })
      const { automatic, manual } = module
      const fit = () =>
        kind === 'manual' ? trainer.fit(manual, { train }) : trainer.fit(automatic, { train })
      const { code, data } = await withoutLeak(() => rejection(fit()))
      expect(code).toBe('REG_OPTIMIZER_INVALID')
      expect(data).toEqual({ optimizer: 'head', variables: ['base/kernel', 'base/bias'] })
      module.dispose()
    },
  )

  it('trains nothing of another one before that is found', async () => {
    const module = divided(['base/kernel'])
    await rejection(new Trainer({ maxEpochs: 1 }).fit(module.automatic, { train }))
    expect(module.values()).toEqual([0])
    module.dispose()
  })

  it('is none where each has its own', async () => {
    const module = divided(['base/kernel', 'head'])
    await new Trainer({ maxEpochs: 1 }).fit(module.automatic, { train })
    expect(module.values()).toEqual([-1, -1])
    module.dispose()
  })

  it('is none in a manual module in which none has its own: each changes all', async () => {
    const module = divided(['a', 'b'])
    await new Trainer({ maxEpochs: 1 }).fit(module.manual, { train })
    expect(module.values()).toEqual([-2, -2])
    module.dispose()
  })
})

describe('optimizers of which one name begins with the other', () => {
  const make = (names: readonly string[], optimizers: readonly string[]) => {
    const module = divided(names)
    const configureOptimizers = () =>
      Object.fromEntries(optimizers.map((name, at) => [name, tf.train.sgd(at + 1)]))
    return { ...module, configureOptimizers }
  }

  it.each([
    [
      ['base', 'base/head'],
      [-1, -2],
    ],
    [
      ['base/head', 'base'],
      [-2, -1],
    ],
  ])('%j each train what has no longer name', async (optimizers, values) => {
    const { automatic, manual, ...module } = make(['base/kernel', 'base/head/kernel'], optimizers)
    const { configureOptimizers } = module
    await new Trainer({ maxEpochs: 1 }).fit({ ...automatic, configureOptimizers }, { train })
    expect(module.values()).toEqual(values)
    const steps = { ...manual, configureOptimizers }
    steps.trainingStep = async (_, { optimize }) => {
      const lossOf = () => automatic.trainingStep()
      for (const name of optimizers) await optimize(name, lossOf)
    }
    await new Trainer({ maxEpochs: 1 }).fit(steps, { train })
    expect(module.values()).toEqual(values.map((value) => 2 * value))
    module.dispose()
  })
})

describe('what would be trained twice', () => {
  it('is refused: one optimizer under two names', async () => {
    const { automatic, dispose } = divided(['base/kernel', 'head/kernel'])
    const adam = tf.train.adam(0.1)
    const configureOptimizers = () => ({ base: adam, head: adam })
    const fit = new Trainer().fit({ ...automatic, configureOptimizers }, { train })
    const { code, data } = await rejection(fit)
    expect([code, data]).toEqual(['REG_OPTIMIZER_INVALID', { optimizers: ['base', 'head'] }])
    adam.dispose()
    dispose()
  })

  it('is refused: one variable under names of two optimizers', async () => {
    const { automatic, dispose } = divided(['base/kernel'])
    const { 'base/kernel': shared } = automatic.variables()
    const variables = () => ({ 'base/kernel': shared, 'head/kernel': shared }) as never
    const { data } = await rejection(
      new Trainer({ maxEpochs: 1 }).fit({ ...automatic, variables }, { train }),
    )
    expect(data).toMatchObject({ variable: 'base/kernel', other: 'head/kernel' })
    dispose()
  })
})

describe('a checkpoint that only a muted plugin could find', () => {
  it.each(['test', 'validate', 'fit'] as const)('names it and who muted it: %s', async (stage) => {
    const finds = plugin('finder', ({ provide }) =>
      provide('checkpoints', { load: async () => ({}) }),
    )
    const mutes = plugin('trial', ({ id, hooks, plugins }) =>
      hooks.configure.tap(id, (options) => {
        plugins.mute('finder')
        return options
      }),
    )
    const module = divided(['base/kernel', 'head/kernel'])
    const full = { ...module.automatic, testStep: () => ({}), validationStep: () => ({}) }
    const { trainer } = lab({ plugins: [finds, mutes] })
    const run =
      stage === 'fit'
        ? trainer.fit(full, { train }, { resumeFrom: 'last' })
        : trainer[stage](full, train, { checkpoint: 'best' })
    const { code, data } = await rejection(run)
    expect(code).toBe('REG_SERVICE_MISSING')
    expect(data).toMatchObject({ plugin: 'finder', by: 'trial' })
    module.dispose()
  })
})
