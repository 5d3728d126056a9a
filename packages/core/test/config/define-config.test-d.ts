import type { Optimizer, Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import { type ConfigPluginEntry, defineConfig, type RegimenConfig } from '../../src/config/index.js'
import type { TrainingModule } from '../../src/index.js'

declare module '../../src/index.js' {
  interface PluginOptionsMap {
    'test-patience': { monitor: string; patience?: number }
    'test-quiet': { every?: number }
    'test-seed': number | { seed: number }
    'test-rates': { rates: number[]; rateOf?: (step: number) => number }
  }
}

interface Batch {
  readonly x: Tensor
}
declare const module: TrainingModule<Batch>
declare const data: { train: Iterable<Batch> }
declare const otherData: { train: Iterable<{ y: Tensor }> }

describe('defineConfig', () => {
  it('infers the batch from the data: value, factory, async factory, before or after the module', () => {
    expectTypeOf(defineConfig({ module, data })).toEqualTypeOf<RegimenConfig<Batch>>()
    expectTypeOf(defineConfig({ data: () => data, module: () => module })).toEqualTypeOf<
      RegimenConfig<Batch>
    >()
    expectTypeOf(
      defineConfig({ module: async () => module, data: async () => data }),
    ).toEqualTypeOf<RegimenConfig<Batch>>()
  })

  it('refuses a module for other batches', () => {
    // @ts-expect-error the module takes { x }, the data give { y }
    defineConfig({ module, data: otherData })
    // @ts-expect-error the same with factories
    defineConfig({ data: async () => otherData, module: () => module })
  })

  it('refuses misspelt keys and values of the wrong kind', () => {
    // @ts-expect-error maxEpochs
    defineConfig({ module, data, maxEpoch: 3 })
    // @ts-expect-error a number
    defineConfig({ module, data, maxEpochs: '3' })
    // @ts-expect-error not an engine
    defineConfig({ module, data, accelerator: 'cuda' })
    // @ts-expect-error train
    defineConfig({ module, data, limitBatches: { trian: 3 } })
    defineConfig({ module, data, accelerator: 'auto', gpus: [0, 2], resumeFrom: 'last' })
  })

  it('knows the plugins that may be named, and their options', () => {
    const patience = ['test-patience', { monitor: 'val_loss' }] as const
    defineConfig({
      module,
      data,
      plugins: ['test-quiet', patience, false, ['test-quiet']],
    })
    defineConfig({ module, data, plugins: [['test-quiet', { every: 2 }]] })
    // @ts-expect-error it needs options
    defineConfig({ module, data, plugins: ['test-patience'] })
    // @ts-expect-error "monitor" is missing
    defineConfig({ module, data, plugins: [['test-patience', { patience: 3 }]] })
    // @ts-expect-error "patiense" is no option
    defineConfig({ module, data, plugins: [['test-patience', { monitor: '', patiense: 3 }]] })
  })

  it('takes names of plugins whose packages are imported nowhere, with any options', () => {
    defineConfig({ module, data, plugins: ['test-loud', ['test-louder', { by: 3 }]] })
    defineConfig({ module, data, plugins: [['test-loud', ['test-louder', { by: 3 }], false]] })
    // @ts-expect-error options are an object
    defineConfig({ module, data, plugins: [['test-loud', 3]] })
    // @ts-expect-error not even a name
    defineConfig({ module, data, plugins: [3] })
  })

  it('checks what is known also in lists of lists and beside unknown names', () => {
    // @ts-expect-error it needs options
    defineConfig({ module, data, plugins: ['test-loud', ['test-quiet', ['test-patience']]] })
    // @ts-expect-error a number
    defineConfig({ module, data, plugins: ['test-loud', [['test-quiet', { every: '2' }]]] })
    // @ts-expect-error "evry" is no option
    defineConfig({ module, data, plugins: ['test-loud', [['test-quiet', { evry: 2 }], null]] })
  })

  it('checks an entry that is there on a condition, and one behind a list that was made before', () => {
    const isLong = Boolean(process.env.LONG)
    const shared: ConfigPluginEntry[] = ['test-loud', ['test-quiet', { every: 2 }]]
    defineConfig({ module, data, plugins: [isLong && 'test-loud', isLong ? 'test-quiet' : null] })
    defineConfig({ module, data, plugins: isLong ? ['test-loud'] : [] })
    defineConfig({ module, data, plugins: [...shared, ['test-patience', { monitor: 'loss' }]] })
    // @ts-expect-error a number
    defineConfig({ module, data, plugins: [isLong && ['test-quiet', { every: '2' }]] })
    // @ts-expect-error "monitor" is missing
    defineConfig({ module, data, plugins: isLong ? [['test-patience', {}]] : [] })
    // @ts-expect-error "monitor" is missing
    defineConfig({ module, data, plugins: [...shared, ['test-patience', {}]] })
  })

  it('tells an option its type: a function needs none, a list may be one that can be changed', () => {
    defineConfig({
      module,
      data,
      plugins: [
        ['test-rates', { rates: [0.1, 0.01], rateOf: (step) => 1 / step.toFixed().length }],
      ],
    })
    // @ts-expect-error numbers
    defineConfig({ module, data, plugins: [['test-rates', { rates: [0.1, 'a'] }]] })
  })

  it('takes options as an object, also of a plugin whose function takes a number', () => {
    defineConfig({ module, data, plugins: [['test-seed', { seed: 42 }]] })
    // @ts-expect-error not an object
    defineConfig({ module, data, plugins: [['test-seed', 42]] })
    // @ts-expect-error it needs options
    defineConfig({ module, data, plugins: ['test-seed'] })
  })

  it('takes a list that was made before', () => {
    const plugins: ConfigPluginEntry[] = ['test-loud', ['test-quiet', { every: 2 }]]
    const names = ['test-loud', 'test-quiet']
    defineConfig({ module, data, plugins })
    defineConfig({ module, data, plugins: names })
    defineConfig<Batch, boolean>({ module, data, plugins })
    const config: RegimenConfig<Batch> = { module, data, plugins }
    expectTypeOf(defineConfig(config)).toEqualTypeOf<RegimenConfig<Batch>>()
  })

  it('infers the batch of a module in place beside names, in either order of the keys', () => {
    const rest = {} as Pick<TrainingModule<Batch>, 'variables' | 'configureOptimizers'>
    defineConfig({
      plugins: ['test-loud', ['test-quiet', { every: 2 }]],
      module: () => ({
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<Batch>()
          return batch.x
        },
      }),
      data,
    })
    defineConfig({
      data: () => data,
      module: {
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<Batch>()
          return batch.x
        },
      },
      plugins: ['test-loud', ['test-rates', { rates: [], rateOf: (step) => step }]],
    })
  })
})

describe('hparams', () => {
  const hparams = { learningRate: 0.01, units: [64, 32], useBias: true, net: { depth: 2 } }
  type Hparams = typeof hparams

  it('give the argument of module and data its type, and any batch is inferred still', () => {
    const config = defineConfig({
      hparams: { learningRate: 0.01, units: [64, 32], useBias: true, net: { depth: 2 } },
      data: (given) => {
        expectTypeOf(given).toEqualTypeOf<Hparams>()
        return data
      },
      module: (given) => {
        expectTypeOf(given).toEqualTypeOf<Hparams>()
        return module
      },
    })
    expectTypeOf(config).toEqualTypeOf<RegimenConfig<Batch>>()
    defineConfig({ hparams, module: ({ learningRate }) => made(learningRate), data: () => data })
  })

  it('tell a module that is written in place its batch', () => {
    defineConfig({
      hparams: { learningRate: 0.01 },
      data: () => data,
      module: ({ learningRate }) => ({
        trainingStep: ({ x }) => {
          expectTypeOf(x).toEqualTypeOf<Tensor>()
          return loss(x)
        },
        variables: () => ({}),
        configureOptimizers: () => sgd(learningRate),
      }),
    })
  })

  it('refuse a name that is not there, and a value of another type', () => {
    // @ts-expect-error learningRates
    defineConfig({ hparams, module: ({ learningRates }) => made(learningRates), data })
    // @ts-expect-error a list is no number
    defineConfig({ hparams, module: ({ units }) => made(units), data })
    // @ts-expect-error there are none
    defineConfig({ module: ({ learningRate }) => made(learningRate), data })
  })
})

declare function made(learningRate: number): TrainingModule<Batch>
declare function loss(x: Tensor): Scalar
declare function sgd(learningRate: number): Optimizer
