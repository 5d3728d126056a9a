import { useWasm } from '@regimen/backend-wasm'
import { type ManualModule, Trainer } from '@regimen/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src/index.js'
import { type Pair, pairs, regression, train } from './helpers/train.js'

beforeAll(() => useWasm())

/** Trains with and without the plugin. */
async function both(
  make: () => Pick<ReturnType<typeof regression>, 'module' | 'variables'>,
  options: Parameters<typeof train>[1] = {},
) {
  const { plugins } = options
  const traced = await train(make(), { ...options, plugins: plugins ?? [] })
  const replayed = await train(make(), { ...options, plugins: [compile(), plugins ?? []] })
  return { traced, replayed }
}

it('replayed steps give the bits of steps that are run as they are', async () => {
  const { traced, replayed } = await both(regression)
  expect(replayed.texts.at(-1)).toMatch(/^21 of 24 steps were replayed \(\d+ operations\)/)
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.losses).toEqual(traced.losses)
})

it('a batch of another shape gets a program of its own', async () => {
  const rows = [5, 5, 2, 5, 5, 2, 5, 2, 5, 2]
  const { traced, replayed } = await both(regression, { rows })
  expect(replayed.texts.at(-1)).toMatch(/^14 of 20 steps were replayed \(\d+, \d+ operations\)/)
  expect(replayed.weights).toEqual(traced.weights)
})

it('a run may switch between replayed and traced steps', async () => {
  const whole = await train(regression(), { maxEpochs: 3 })
  for (const [first, second] of [
    [[compile()], []],
    [[], [compile()]],
  ]) {
    const { snapshot } = await train(regression(), { maxEpochs: 1, plugins: first })
    const resumed = await train(regression(), {
      maxEpochs: 3,
      plugins: second,
      resumeFrom: snapshot,
    })
    expect(resumed.weights).toEqual(whole.weights)
  }
})

it('metrics that a step returns and logs are reported as ever', async () => {
  const make = () => {
    const parts = regression()
    const { output } = parts
    const module = {
      ...parts.module,
      trainingStep({ x, y }: Pair, context: Parameters<typeof parts.module.trainingStep>[1]) {
        const error = tf.sub(output(x), y)
        context.log('largest', tf.max(tf.abs(error)), { onEpoch: true, reduce: 'max' })
        context.log('constant', 3)
        return { loss: tf.mean(tf.square(error)), mae: tf.mean(tf.abs(error)), half: 0.5 }
      },
    } as typeof parts.module
    return { ...parts, module }
  }
  const { traced, replayed } = await both(make)
  expect(replayed.texts.at(-1)).toMatch(/^21 of 24/)
  const metricsOf = ({ snapshot }: typeof traced) => snapshot.meta.history
  expect(metricsOf(replayed)).toEqual(metricsOf(traced))
  expect(replayed.weights).toEqual(traced.weights)
})

it('variables that a step assigns keep being assigned', async () => {
  const make = () => {
    const parts = regression()
    const { loss, variables } = parts
    const module = {
      ...parts.module,
      setup(...input: Parameters<NonNullable<typeof parts.module.setup>>) {
        void parts.module.setup?.(...input)
        variables.average ??= tf.tidy(() => tf.variable(tf.zeros([3]), false))
      },
      trainingStep(batch: Pair) {
        const average = variables.average as tf.Variable
        average.assign(tf.add(tf.mul(average, 0.9), tf.mul(tf.mean(batch.x, 0), 0.1)))
        return tf.add(loss(batch), tf.sum(average))
      },
    } as typeof parts.module
    return { ...parts, module }
  }
  const { traced, replayed } = await both(make)
  expect(replayed.texts.at(-1)).toMatch(/^21 of 24/)
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.weights.average).not.toEqual([0, 0, 0])
})

it('freezing and unfreezing in a run is followed', async () => {
  const make = () => {
    const parts = regression()
    const { loss, variables } = parts
    let batches = 0
    const module = {
      ...parts.module,
      trainingStep(batch: Pair) {
        return loss(batch)
      },
    } as typeof parts.module
    const freeze = {
      name: 'freeze',
      id: 'freeze',
      api: 1 as const,
      apply({ hooks }: Parameters<ReturnType<typeof compile>['apply']>[0]) {
        hooks.batchStart.tap('freeze', () => {
          ;(variables.w1 as tf.Variable).trainable = batches++ % 12 < 6
        })
      },
    }
    return { parts: { ...parts, module }, freeze }
  }
  const [a, b] = [make(), make()]
  const traced = await train(a.parts, { plugins: [a.freeze] })
  const replayed = await train(b.parts, { plugins: [b.freeze, compile()] })
  expect(replayed.texts.at(-1)).toMatch(/^18 of 24 steps were replayed \(\d+, \d+ operations\)/)
  expect(replayed.weights).toEqual(traced.weights)
})

it('a module that takes its own steps has a program for each', async () => {
  const make = () => {
    const parts = regression()
    const { loss, output, variables } = parts
    const module: ManualModule<Pair> = {
      setup: parts.module.setup,
      variables: () => variables,
      configureOptimizers: () => ({ first: tf.train.sgd(0.05), second: tf.train.adam(0.01) }),
      automaticOptimization: false,
      async trainingStep(batch, { optimize }) {
        const { w1, w2, b1 } = variables as Record<string, tf.Variable>
        const value = await optimize('first', () => loss(batch), {
          variables: [w1, b1] as tf.Variable[],
        })
        await optimize('second', () => tf.mean(tf.abs(output(batch.x))), {
          variables: [w2] as tf.Variable[],
        })
        await optimize('second', () => loss(batch), { variables: [w2] as tf.Variable[] })
        return { loss: value ?? 0 }
      },
    }
    return { ...parts, module }
  }
  const { traced, replayed } = await both(make as never)
  expect(replayed.texts.at(-1)).toMatch(/^63 of 72 steps were replayed/)
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.losses).toEqual(traced.losses)
})

describe('a step is run as it is, and the reason is said, if it', () => {
  const cases: Record<
    string,
    [(batch: Pair, output: tf.Tensor, step: number) => tf.Tensor, RegExp]
  > = {
    'reads a value': [
      (_, output) => tf.mul(output, output.dataSync()[0] as number),
      /it reads the value of a tensor/,
    ],
    'makes other numbers in JavaScript': [
      (_, output, step) => tf.mul(output, step + 1),
      /makes a tensor of 4 bytes in JavaScript whose values change/,
    ],
    'draws random numbers in JavaScript': [
      (_, output) => tf.add(output, tf.randomNormal(output.shape)),
      /makes a tensor of 40 bytes in JavaScript/,
    ],
    'does other things from step to step': [
      (_, output, step) => (step % 2 === 0 ? tf.square(output) : output),
      /operation|operations/,
    ],
    'uses a kernel that cannot be recorded': [
      (_, output) => tf.add(output, tf.cast(tf.topk(output, 1).indices, 'float32')),
      /the kernel TopK cannot be recorded/,
    ],
  }
  it.each(Object.entries(cases))('%s', async (_, [change, reason]) => {
    let step = 0
    let random = 1
    const { random: original } = Math
    const make = () => {
      const parts = regression()
      const trainingStep = ({ x, y }: Pair) =>
        tf.mean(tf.square(tf.sub(change({ x, y }, parts.output(x), step++), y)))
      return { ...parts, module: { ...parts.module, trainingStep } as typeof parts.module }
    }
    Math.random = () => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0
      return random / 2 ** 32
    }
    try {
      const traced = await train(make())
      step = 0
      random = 1
      const replayed = await train(make(), { plugins: [compile()] })
      expect(replayed.weights).toEqual(traced.weights)
      expect(replayed.texts.join('\n')).toMatch(reason)
      expect(replayed.texts.filter((text) => text.startsWith('Steps are not'))).toHaveLength(1)
      expect(replayed.texts.at(-1)).toBe('0 of 24 steps were replayed.')
    } finally {
      Math.random = original
    }
  })

  it('has an engine that cannot replay', async () => {
    await tf.setBackend('cpu')
    const texts: string[] = []
    const { module, variables } = regression()
    const plugin = {
      name: 'texts',
      id: 'texts',
      api: 1 as const,
      apply({ provide }: Parameters<ReturnType<typeof compile>['apply']>[0]) {
        provide('reporter', { report: ({ message }) => void texts.push(message) })
      },
    }
    const trainer = new Trainer({ maxEpochs: 1, plugins: [plugin, compile()] })
    await trainer.fit(module, { train: pairs([5, 5]) })
    expect(texts).toContain(
      'Steps are not compiled: the engine "cpu" cannot replay steps; "wasm" can.',
    )
    tf.dispose(Object.values(variables))
    await useWasm()
  })
})

it('a change that comes later is found by the next comparison', async () => {
  let batches = 0
  const parts = regression()
  const trainingStep = (batch: Pair) => tf.mul(parts.loss(batch), batches < 8 ? 1 : 2)
  const module = { ...parts.module, trainingStep } as typeof parts.module
  const clock = {
    name: 'clock',
    id: 'clock',
    api: 1 as const,
    apply({ hooks }: Parameters<ReturnType<typeof compile>['apply']>[0]) {
      hooks.batchStart.tap('clock', () => void batches++)
    },
  }
  const { texts } = await train(
    { ...parts, module },
    {
      plugins: [clock, compile({ verifyEvery: 9 })],
    },
  )
  expect(texts.join('\n')).toMatch(/differed .* in the value of "loss"; up to 9 steps/)
  expect(texts.at(-1)).toMatch(/^9 of 24 steps were replayed/)
})

it('leaves no tensor behind, also where a loss is not finite', async () => {
  const before = { tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() }
  await train(regression(), { plugins: [compile()] })
  const after = () => ({ tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() })
  expect(after()).toEqual(before)
  const broken = regression({ configureOptimizers: () => tf.train.sgd(1e30) })
  await expect(train(broken, { plugins: [compile()] })).rejects.toMatchObject({
    code: 'REG_LOSS_NOT_FINITE',
  })
  expect(after()).toEqual(before)
})

it('holds as many tensors in the last step as in the first that is replayed', async () => {
  const counts: number[] = []
  const count = {
    name: 'count',
    id: 'count',
    api: 1 as const,
    apply({ hooks }: Parameters<ReturnType<typeof compile>['apply']>[0]) {
      hooks.batchEnd.tap('count', () => void counts.push(tf.memory().numTensors))
    },
  }
  await train(regression(), { plugins: [count, compile()], maxEpochs: 20 })
  expect(new Set(counts.slice(4)).size).toBe(1)
})

it('an index outside of an embedding is an error in a replayed step too, and leaves nothing', async () => {
  const before = { tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() }
  const parts = regression()
  const { output, variables } = parts
  let batches = 0
  const indices = Array.from({ length: 24 }, (_, i) =>
    tf.tensor1d([i % 3, (i + 1) % 3, i === 9 ? 7 : 0, 1, 2], 'int32'),
  )
  const module = {
    ...parts.module,
    trainingStep: ({ x, y, places }: Pair & { places: tf.Tensor1D }) =>
      tf.add(
        tf.mean(tf.square(tf.sub(output(x), y))),
        tf.mean(tf.gather(variables.w1 as tf.Variable, places)),
      ),
  } as unknown as typeof parts.module
  const withPlaces = {
    name: 'places',
    id: 'places',
    api: 1 as const,
    apply({ hooks }: Parameters<ReturnType<typeof compile>['apply']>[0]) {
      hooks.batch.tap('places', (data) => ({
        ...(data as Pair),
        places: tf.clone(indices[batches++] as tf.Tensor),
      }))
    },
  }
  const run = train({ module, variables }, { plugins: [withPlaces, compile()] })
  await expect(run).rejects.toThrow(/the index value 7 is not in \[0, 2\]/)
  tf.dispose(indices)
  expect({ tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() }).toEqual(before)
})
