import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { ManualModule, ManualStepContext } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'

onCpu()

type Batch = tf.Tensor2D

/** The weights of a GAN of two lines: a generator z -> x and a discriminator x -> score. */
function gan() {
  const variable = (value: number) => tf.tidy(() => tf.variable(tf.tensor2d([[value]])))
  const weights = {
    'generator/kernel': variable(0.5),
    'generator/bias': variable(0),
    'discriminator/kernel': variable(0.3),
    'discriminator/bias': variable(-0.1),
  }
  const of = (name: keyof typeof weights) => weights[name] as tf.Tensor2D
  const line = (x: tf.Tensor2D, name: 'generator' | 'discriminator') =>
    tf.add(tf.matMul(x, of(`${name}/kernel`)), of(`${name}/bias`)) as tf.Tensor2D
  const crossEntropy = (score: tf.Tensor, isReal: number) =>
    tf.mean(tf.sub(tf.softplus(score), tf.mul(score, isReal))) as tf.Scalar
  return {
    weights,
    discriminatorLoss: (real: Batch, noise: Batch) =>
      tf.add(
        crossEntropy(line(real, 'discriminator'), 1),
        crossEntropy(line(line(noise, 'generator'), 'discriminator'), 0),
      ) as tf.Scalar,
    generatorLoss: (noise: Batch) =>
      crossEntropy(line(line(noise, 'generator'), 'discriminator'), 1),
    values: () => Object.values(weights).flatMap((each) => [...each.dataSync()]),
    dispose: () => tf.dispose(Object.values(weights)),
  }
}
type Gan = ReturnType<typeof gan>

const makers = {
  generator: () => tf.train.adam(0.05),
  discriminator: () => tf.train.rmsprop(0.05),
}
function* reals(count: number): Generator<Batch> {
  for (let index = 0; index < count; index++) yield tf.tensor2d([[2 + index / 10], [2.5], [1.5]])
}
const noiseOf = (index: number): Batch => tf.tensor2d([[index % 3], [0.5], [-1]])

function moduleOf(
  net: Gan,
  trainingStep: (batch: Batch, context: ManualStepContext) => Promise<void | object>,
  more: Partial<ManualModule<Batch>> = {},
): ManualModule<Batch> {
  return {
    automaticOptimization: false,
    trainingStep: trainingStep as ManualModule<Batch>['trainingStep'],
    variables: () => net.weights,
    configureOptimizers: () => ({
      generator: makers.generator(),
      discriminator: makers.discriminator(),
    }),
    ...more,
  }
}

/** Two steps of the discriminator and one of the generator per batch. */
const ganModule = (net: Gan) =>
  moduleOf(net, async (real, { batch, optimize }) => {
    const noise = noiseOf(batch)
    let first: number | undefined
    for (let turn = 0; turn < 2; turn++) {
      first ??= await optimize('discriminator', () => net.discriminatorLoss(real, noise))
    }
    await optimize('discriminator', () => net.discriminatorLoss(real, noise))
    const generator = await optimize('generator', () => net.generatorLoss(noise))
    noise.dispose()
    return { discriminator: first as number, generator: generator as number }
  })

describe('a module that optimizes by itself', () => {
  it('trains a GAN to the bit as a hand-written loop does, and leaves no tensor behind', async () => {
    const byHand = gan()
    const generator = makers.generator()
    const discriminator = makers.discriminator()
    const own = (name: string) =>
      Object.entries(byHand.weights).flatMap(([path, each]) =>
        path.startsWith(name) ? [each] : [],
      )
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const [index, real] of [...reals(6)].entries()) {
        const noise = noiseOf(index)
        for (let turn = 0; turn < 2; turn++) {
          const loss = () => byHand.discriminatorLoss(real, noise)
          discriminator.minimize(loss, false, own('discriminator'))
        }
        generator.minimize(() => byHand.generatorLoss(noise), false, own('generator'))
        tf.dispose([real, noise])
      }
    }
    generator.dispose()
    discriminator.dispose()
    const net = gan()
    await withoutLeak(async () => {
      const { trainer, seen } = lab({ maxEpochs: 2 })
      const { metrics } = await trainer.fit(ganModule(net), {
        train: () => reals(6),
      })
      expect(Object.keys(metrics)).toEqual(['discriminator', 'generator'])
      expect(seen.unpaired()).toEqual([])
    })
    expect(net.values()).toEqual(byHand.values())
    expect(net.values()).not.toEqual([0.5, 0, Math.fround(0.3), Math.fround(-0.1)])
    for (const each of [net, byHand]) each.dispose()
  })

  it('C201: 2 batches of three optimizer calls are 2 steps, with a stepStart and stepEnd for each call', async () => {
    const net = gan()
    const { trainer, seen } = lab()
    await trainer.fit(ganModule(net), { train: () => reals(2) })
    expect(trainer.state).toMatchObject({ step: 2, batch: 2 })
    const once = ['discriminator', 'discriminator', 'generator']
    expect(seen.of('stepEnd').map(({ optimizer }) => optimizer)).toEqual([...once, ...once])
    expect(seen.of('stepEnd').map(({ step }) => step)).toEqual([1, 1, 1, 2, 2, 2])
    expect(seen.of('batchEnd').map(({ step }) => step)).toEqual([1, 2])
    net.dispose()
  })

  it.each([
    {
      how: 'by the prefix of their names',
      options: undefined,
      changed: ['generator/kernel', 'generator/bias'],
    },
    {
      how: 'by options.variables',
      options: ['discriminator/bias'],
      changed: ['discriminator/bias'],
    },
    {
      how: 'by options.variables of both',
      options: ['generator/kernel', 'discriminator/kernel'],
      changed: ['generator/kernel', 'discriminator/kernel'],
    },
  ])('changes variables chosen $how: $changed', async ({ options, changed }) => {
    const net = gan()
    const before = net.values()
    const variables = options?.map((name) => net.weights[name as keyof Gan['weights']])
    const module = moduleOf(net, async (real, { optimize }) => {
      const loss = () => net.discriminatorLoss(real, real)
      await optimize('generator', loss, variables && { variables })
    })
    await withoutLeak(() => lab().trainer.fit(module, { train: () => reals(1) }))
    const after = net.values()
    const names = Object.keys(net.weights).filter((_, index) => before[index] !== after[index])
    expect(names).toEqual(changed)
    net.dispose()
  })

  it('gives hooks each optimizer’s gradients under its name, and null skips that step only', async () => {
    const net = gan()
    const seenNames: Record<string, string[]> = {}
    const skipping = plugin('skipping', ({ hooks }) => {
      hooks.gradients.tap('skipping', (gradients, { optimizer }) => {
        seenNames[optimizer] = Object.keys(gradients ?? {})
        return optimizer === 'generator' ? null : undefined
      })
    })
    await withoutLeak(async () => {
      const { trainer, seen } = lab({ plugins: [skipping] })
      await trainer.fit(ganModule(net), { train: () => reals(2) })
      expect(trainer.state.step).toBe(2)
      expect(seen.of('batchEnd').map(({ outcome }) => outcome)).toEqual(['completed', 'completed'])
    })
    expect(seenNames).toEqual({
      discriminator: ['discriminator/kernel', 'discriminator/bias'],
      generator: ['generator/kernel', 'generator/bias'],
    })
    expect(net.values().slice(0, 2)).toEqual([0.5, 0])
    net.dispose()
  })

  it('that takes no step at all has skipped its batch', async () => {
    const net = gan()
    const { trainer, seen } = lab()
    await trainer.fit(
      moduleOf(net, async () => {}),
      { train: () => reals(2) },
    )
    expect(trainer.state).toMatchObject({ step: 0, samples: 6 })
    expect(seen.of('batchEnd').map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped'])
    net.dispose()
  })

  type Step = (net: Gan, real: Batch, context: ManualStepContext) => Promise<unknown>
  const wrong: { what: string; code: string; text: string; step: Step }[] = [
    {
      what: 'an unknown optimizer',
      code: 'REG_OPTIMIZER_INVALID',
      text: 'Did you mean "generator"?',
      step: (net, real, { optimize }) => optimize('generatr', () => net.generatorLoss(real)),
    },
    {
      what: 'a loss that is NaN',
      code: 'REG_LOSS_NOT_FINITE',
      text: 'The loss is NaN',
      step: (net, real, { optimize }) =>
        optimize('generator', () => tf.mul(net.generatorLoss(real), Number.NaN)),
    },
    {
      what: 'a loss that is no scalar',
      code: 'REG_STEP_OUTPUT',
      text: 'shape [3,1]',
      step: (net, real, { optimize }) =>
        optimize('generator', () => tf.mul(real, net.weights['generator/bias'])),
    },
    {
      what: 'a loss that is a promise',
      code: 'REG_STEP_OUTPUT',
      text: 'a promise',
      step: (net, real, { optimize }) =>
        optimize('generator', (async () => net.generatorLoss(real)) as never),
    },
    {
      what: 'a returned tensor',
      code: 'REG_STEP_OUTPUT',
      text: 'returned a tensor',
      step: async () => tf.scalar(1),
    },
    {
      what: 'a rejection',
      code: 'REG_MODULE_FAILED',
      text: 'no more',
      step: async () => {
        throw new Error('no more')
      },
    },
  ]
  it.each(wrong)('fails clearly with $what', async ({ code, text, step }) => {
    const net = gan()
    const module = moduleOf(net, (real, context) => step(net, real, context) as Promise<void>)
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, { train: () => reals(2) }))
      expect(error.code).toBe(code)
      expect(error.message).toContain(text)
      expect(seen.unpaired()).toEqual([])
    })
    net.dispose()
  })
})
