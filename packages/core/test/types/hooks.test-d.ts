import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import type {
  MetricMap,
  Metrics,
  PluginContext,
  RunOptions,
  Snapshot,
  Trainer,
} from '../../src/index.js'
import { definePlugin } from '../../src/index.js'

declare module '@regimen/core' {
  interface MetricMap {
    test_only_accuracy: number
  }
  interface TrainerServices {
    testOnlyGreeter: { greet(): string }
  }
}

declare const { hooks }: Trainer
declare const context: PluginContext
declare const tensor: Tensor

describe('hooks', () => {
  it('type what taps are told', () => {
    hooks.batchEnd.tap('x', ({ metrics, data }) => {
      expectTypeOf(metrics).toEqualTypeOf<Metrics>()
      expectTypeOf(data).toEqualTypeOf<unknown>()
    })
    hooks.save.tapPromise('x', async ({ snapshot }) => {
      expectTypeOf(snapshot).toEqualTypeOf<() => Promise<Snapshot>>()
    })
    hooks.configure.tap('x', (options) => {
      expectTypeOf(options).toEqualTypeOf<RunOptions>()
    })
    hooks.loss.tap('x', (loss, { optimizer }) => {
      expectTypeOf(loss).toEqualTypeOf<Tensor>()
      expectTypeOf(optimizer).toEqualTypeOf<string>()
    })
  })

  it('refuse an asynchronous function in tap', () => {
    // @ts-expect-error use tapPromise
    hooks.batchEnd.tap('x', async () => undefined)
    // @ts-expect-error also where it is a plain function that returns a promise
    hooks.fitStart.tap('x', () => Promise.resolve())
    // @ts-expect-error also in a waterfall
    hooks.gradients.tap('x', async (gradients) => gradients)
    // @ts-expect-error and inside the tape there is only tap
    hooks.loss.tapPromise('x', async (loss) => loss)
    // @ts-expect-error tapPromise wants a promise
    hooks.batchEnd.tapPromise('x', () => undefined)
    hooks.batchEnd.tapPromise('x', async () => undefined)
    hooks.batchEnd.tap('x', () => 3)
  })

  it('refuse names and values that they do not know', () => {
    // @ts-expect-error misspelt hook
    hooks.batchends
    // @ts-expect-error misspelt property of a payload
    hooks.batchEnd.tap('x', ({ metric }) => metric)
    // @ts-expect-error not a gradient map
    hooks.gradients.tap('x', () => 3)
    // @ts-expect-error not a loss
    hooks.loss.tap('x', () => 3)
    // @ts-expect-error a misspelt option
    hooks.configure.tap('x', () => ({ maxEpoch: 3 }))
    hooks.gradients.tap('x', (): NamedTensorMap | null => ({ w: tensor }))
    hooks.gradients.tap('x', () => null)
    hooks.gradients.tap('x', () => undefined)
  })
})

describe('definePlugin', () => {
  it('refuses misspelt fields and wrong kinds', () => {
    // @ts-expect-error misspelt field
    definePlugin({ name: 'x', aplly() {} })
    // @ts-expect-error a name is needed
    definePlugin({ apply() {} })
    // @ts-expect-error a list of names
    definePlugin({ name: 'x', before: 'y', apply() {} })
    // @ts-expect-error misspelt field beside good ones
    definePlugin({ name: 'x', write: true, apply() {} })
    // @ts-expect-error apply is synchronous
    definePlugin({ name: 'x', async apply() {} })
  })

  it('refuses state that cannot be saved', () => {
    // @ts-expect-error a Map is no Json
    definePlugin({ name: 'x', apply: () => ({ saveState: () => new Map<string, number>() }) })
    // @ts-expect-error nor is a Set inside
    definePlugin({ name: 'x', apply: () => ({ saveState: () => ({ seen: new Set([1]) }) }) })
    // @ts-expect-error nor a Date
    definePlugin({ name: 'x', apply: () => ({ saveState: () => [new Date()] }) })
    // @ts-expect-error nor a function
    definePlugin({ name: 'x', apply: () => ({ saveState: () => ({ next: () => 1 }) }) })
    // @ts-expect-error nor a bigint
    definePlugin({ name: 'x', apply: () => ({ saveState: () => 3n }) })
    interface State {
      readonly wait: number
      readonly best?: number | undefined
      readonly names: readonly string[]
    }
    const state: State = { wait: 3, names: [] }
    definePlugin({ name: 'x', apply: () => ({ saveState: () => state }) })
    definePlugin({ name: 'x', apply: () => ({ saveState: () => null }) })
    definePlugin({
      name: 'x',
      apply: () => ({
        saveState: () => ({
          meta: { wait: 3 },
          tensors: { w: { dtype: 'float32', shape: [1], data: new Float32Array(1) } },
        }),
      }),
    })
  })

  it('ties loadState to saveState', () => {
    definePlugin({
      name: 'x',
      apply: () => ({
        saveState: () => ({ wait: 3 }),
        loadState: (saved: { wait: number }) => void saved.wait,
      }),
    })
    definePlugin({
      name: 'x',
      apply: () => ({
        // @ts-expect-error what is saved is not what is loaded
        saveState: () => ({ wait: 3 }),
        loadState: (saved: { patience: string }) => void saved.patience,
      }),
    })
  })
})

describe('the context of a plugin', () => {
  it('completes metric names from an augmented MetricMap and leaves them open', () => {
    expectTypeOf<'test_only_accuracy'>().toExtend<keyof MetricMap>()
    expectTypeOf<keyof MetricMap>().not.toEqualTypeOf<never>()
    context.log('test_only_accuracy', 1)
    context.log('anything', 1)
    // @ts-expect-error a value is a number or a tensor
    context.log('anything', 'high')
    // @ts-expect-error misspelt option
    context.log('anything', 1, { onEpochs: true })
  })

  it('types services by name', () => {
    expectTypeOf(context.service('testOnlyGreeter')?.greet()).toEqualTypeOf<string | undefined>()
    context.provide('testOnlyGreeter', { greet: () => 'hello' })
    // @ts-expect-error not what this service is
    context.provide('testOnlyGreeter', { greet: 3 })
    // @ts-expect-error nobody declared it
    context.service('testOnlyGreter')
    // @ts-expect-error of an unknown kind
    context.record({ kind: 'sound', name: 'x' })
  })

  it('cannot write the state', () => {
    // @ts-expect-error read-only
    context.state.epoch = 3
  })
})
