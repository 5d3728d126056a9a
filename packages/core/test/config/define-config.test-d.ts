import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import { defineConfig, type RegimenConfig } from '../../src/config/index.js'
import type { TrainingModule } from '../../src/index.js'

declare module '../../src/index.js' {
  interface PluginOptionsMap {
    'test-patience': { monitor: string; patience?: number }
    'test-quiet': { every?: number }
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
    // @ts-expect-error no such plugin
    defineConfig({ module, data, plugins: ['test-loud'] })
    // @ts-expect-error it needs options
    defineConfig({ module, data, plugins: ['test-patience'] })
    // @ts-expect-error "monitor" is missing
    defineConfig({ module, data, plugins: [['test-patience', { patience: 3 }]] })
    // @ts-expect-error "patiense" is no option
    defineConfig({ module, data, plugins: [['test-patience', { monitor: '', patiense: 3 }]] })
  })
})
