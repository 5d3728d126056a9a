import * as tf from '@tensorflow/tfjs-core'
import type * as tfd from '@tensorflow/tfjs-data'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describe, expectTypeOf, it } from 'vitest'
import { defineConfig } from '../../src/config/index.js'
import type { AutomaticModule, Trainer } from '../../src/index.js'
import { layersModule } from '../../src/layers/index.js'

type Pair = { xs: tf.Tensor2D; ys: tf.Tensor1D }
declare const trainer: Trainer
declare const dataset: tfd.Dataset<Pair>
declare const model: LayersModel
declare const w: tf.Variable
const rest = { variables: () => [w], configureOptimizers: () => tf.train.sgd(0.1) }

describe('a typed tf.data.Dataset', () => {
  it('gives its batches to a module in place and to one with a type', () => {
    trainer.fit(
      {
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<Pair>()
          return tf.mean(tf.sub(batch.xs, batch.ys))
        },
      },
      { train: dataset, validation: dataset.take(3) },
    )
    trainer.fit({} as AutomaticModule<Pair>, { train: () => dataset })
    // @ts-expect-error another batch
    trainer.fit({} as AutomaticModule<{ image: tf.Tensor4D }>, { train: dataset })
  })

  it('goes with layersModule', () => {
    const module = layersModule(model)
    trainer.fit(module, { train: dataset })
    trainer.fit(
      () => layersModule(model),
      async () => ({ train: dataset, validation: { a: dataset } }),
    )
    trainer.validate(module, dataset)
    trainer.test(module, { a: dataset })
    const predicted = trainer.predict(module, dataset)
    expectTypeOf(predicted).toEqualTypeOf<
      AsyncGenerator<tf.Tensor | tf.Tensor[], void, undefined>
    >()
    defineConfig({ module: () => layersModule(model), data: () => ({ train: dataset }) })
    const named = {} as tfd.Dataset<{ xs: { a: tf.Tensor; b: tf.Tensor }; ys: tf.Tensor }>
    trainer.fit(module, { train: named })
    trainer.fit(module, { train: {} as tfd.Dataset<{ x: tf.Tensor; y: tf.Tensor }> })
    // @ts-expect-error no targets
    trainer.fit(module, { train: {} as tfd.Dataset<{ xs: tf.Tensor }> })
  })

  it('is taken by any module once batch() has made it untyped', () => {
    trainer.fit(layersModule(model), { train: dataset.batch(32), validation: dataset.batch(32) })
    trainer.fit(
      { ...rest, trainingStep: ({ xs }: Pair) => tf.mean(xs) },
      { train: dataset.batch(4) },
    )
    trainer.validate(layersModule(model), { a: dataset.batch(32) })
    trainer.predict(layersModule(model), () => dataset.batch(32))
    defineConfig({
      data: async () => ({ train: dataset.batch(32) }),
      module: async () => layersModule(model),
    })
  })

  it('but batches of no known type are refused', () => {
    const unknown: Iterable<unknown> = []
    // @ts-expect-error unknown batches are not those of a typed module
    trainer.fit(layersModule(model), { train: unknown })
  })
})
