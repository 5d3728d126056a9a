import * as tf from '@tensorflow/tfjs-core'
import type * as tfd from '@tensorflow/tfjs-data'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describe, expectTypeOf, it } from 'vitest'
import { defineConfig } from '../../src/config/index.js'
import type { AutomaticModule, Trainer } from '../../src/index.js'
import { layersModule } from '../../src/layers/index.js'

interface Labelled {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor1D
}
interface Unlabelled {
  readonly x: tf.Tensor2D
}
declare const trainer: Trainer
declare const train: Iterable<Labelled>
declare const unlabelled: Iterable<Unlabelled>
declare const pictures: Iterable<tf.Tensor4D>
declare const w: tf.Variable
declare const model: LayersModel
declare const lossOf: (batch: Labelled) => tf.Scalar
const rest = { variables: () => [w], configureOptimizers: () => tf.train.sgd(0.1) }
const one = () => tf.tensor1d([1])

class Model {
  readonly weight = w
  readonly trainingStep = (batch: Labelled) => lossOf(batch)
  readonly validationStep = (batch: Labelled) => ({ loss: lossOf(batch) })
  readonly predictStep = ({ x }: Unlabelled) => x
  readonly variables = () => ({ weight: this.weight })
  readonly configureOptimizers = () => tf.train.sgd(0.1)
}

describe('data for predict without labels', () => {
  it('go with a module whose other steps need labels', () => {
    expectTypeOf(trainer.predict(new Model(), unlabelled)).toEqualTypeOf<
      AsyncGenerator<tf.Tensor2D, void, undefined>
    >()
    trainer.predict(() => new Model(), unlabelled)
    trainer.predict(async () => new Model(), [{ x: tf.tensor2d([[1]]) }])
    trainer.predict(
      { ...rest, trainingStep: ({ x, y }) => tf.sub(x, y), predictStep: ({ x }) => x },
      unlabelled,
    )
    trainer.predict(layersModule(model), [{ x: one() }])
    trainer.predict(layersModule(model), [{ xs: one() }])
    // @ts-expect-error no x
    trainer.predict(new Model(), pictures)
    // @ts-expect-error no labels to validate with
    trainer.validate(new Model(), unlabelled)
    // @ts-expect-error no targets
    trainer.validate(layersModule(model), [{ x: one() }])
  })

  it('go with a config, whose steps have the batches of their own data', () => {
    defineConfig({ module: () => new Model(), data: () => ({ train, predict: unlabelled }) })
    defineConfig({ module: () => layersModule(model), data: { train, predict: unlabelled } })
    defineConfig({
      module: () => ({
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<Labelled>()
          return lossOf(batch)
        },
        predictStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<tf.Tensor4D>()
          return batch
        },
      }),
      data: () => ({ train, validation: { a: train, b: train }, predict: pictures }),
    })
    defineConfig({
      data: { train },
      module: {
        ...rest,
        trainingStep: (batch) => lossOf(batch),
        predictStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<Labelled>()
          return batch
        },
      },
    })
    // @ts-expect-error predictStep needs what these data lack
    defineConfig({ module: () => new Model(), data: () => ({ train, predict: pictures }) })
  })
})

describe('pairs that are written in place', () => {
  it('are pairs, not lists', () => {
    trainer.fit(
      {
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch).toEqualTypeOf<[tf.Tensor1D, tf.Tensor2D]>()
          const [x, y] = batch
          return tf.mean(tf.sub(x, y))
        },
      },
      { train: [[one(), tf.tensor2d([[1]])]] },
    )
    trainer.validate({ ...rest, validationStep: ([x, y]) => tf.sub(x, y) }, [[one(), one()]])
    trainer.test({ ...rest, testStep: ([x, y]) => tf.sub(x, y) }, { a: [[one(), one()]] })
    defineConfig({
      module: () => ({ ...rest, trainingStep: ([x, y]) => tf.sub(x, y) }),
      data: () => ({ train: [[one(), one()]] }),
    })
  })
})

describe('a function that makes data, written in place', () => {
  it('goes with every module, one that is written in place and one that is not', () => {
    const pair = { x: tf.tensor2d([[1]]), y: one() }
    const makers = { ...rest, trainingStep: ({ x, y }: Labelled) => tf.sub(x, y) }
    trainer.fit(makers, {
      train: function* () {
        yield pair
      },
    })
    trainer.fit(layersModule(model), {
      async *train() {
        yield pair
      },
    })
    trainer.fit(new Model(), { train: (epoch) => (epoch > 3 ? [pair] : train) })
    const inPlace = (epoch: number) => [{ ...pair, epoch }]
    trainer.fit(
      {
        ...rest,
        trainingStep: (batch) => {
          expectTypeOf(batch.epoch).toEqualTypeOf<number>()
          return lossOf(batch)
        },
      },
      { train: inPlace },
    )
    trainer.fit(
      { ...rest, trainingStep: (batch) => lossOf(batch) },
      { train: (epoch) => (epoch > 3 ? [pair] : train) },
    )
    trainer.validate(
      { ...rest, validationStep: (batch) => ({ loss: lossOf(batch) }) },
      function* () {
        yield pair
      },
    )
    const pictured = { ...rest, trainingStep: (batch: tf.Tensor4D) => tf.mean(batch) }
    // @ts-expect-error other batches
    trainer.fit(pictured, { train: (epoch) => (epoch > 3 ? [pair] : train) })
  })

  it('so does a dataset of which nothing is known', () => {
    const dataset = {} as tfd.Dataset<tf.TensorContainer>
    trainer.fit({ ...rest, trainingStep: ({ x, y }) => tf.sub(x, y) }, { train: dataset })
    trainer.fit(new Model(), { train: dataset })
  })
})

describe('the result of a fit', () => {
  it('has the module as the function made it', async () => {
    const { module } = await trainer.fit(() => new Model(), { train })
    expectTypeOf(module).toEqualTypeOf<Model>()
    const made = await trainer.fit(
      async () => ({ ...rest, trainingStep: (batch) => lossOf(batch), extra: 1 }),
      { train },
    )
    expectTypeOf(made.module.extra).toEqualTypeOf<number>()
    const given = await trainer.fit({} as AutomaticModule<Labelled>, { train })
    expectTypeOf(given.module.trainingStep).parameter(0).toEqualTypeOf<Labelled>()
  })

  it('knows the loss where other metrics may come beside it', async () => {
    const step = (batch: Labelled): { readonly loss: tf.Tensor } & Record<string, tf.Tensor> => ({
      loss: lossOf(batch),
    })
    const own = await trainer.fit(
      { ...rest, trainingStep: step, validationStep: step },
      { train, validation: train },
    )
    expectTypeOf(own.metrics.loss).toEqualTypeOf<number>()
    expectTypeOf(own.metrics.val_loss).toEqualTypeOf<number>()
    expectTypeOf(own.metrics.accuracy).toEqualTypeOf<number | undefined>()
    const layered = await trainer.fit(layersModule(model), { train, validation: train })
    expectTypeOf(layered.metrics.loss).toEqualTypeOf<number>()
    expectTypeOf(layered.metrics.val_loss).toEqualTypeOf<number>()
    const tested = await trainer.test(layersModule(model), train)
    expectTypeOf(tested.test_loss).toEqualTypeOf<number>()
  })

  it('lets go of what layersModule predicts', async () => {
    for await (const output of trainer.predict(layersModule(model), unlabelled)) tf.dispose(output)
  })
})
