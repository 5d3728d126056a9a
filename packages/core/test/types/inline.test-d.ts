import * as tf from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import { defineConfig } from '../../src/config/index.js'
import type {
  AutomaticModule,
  ManualModule,
  ManualStepContext,
  StepContext,
  Trainer,
  TrainingModule,
} from '../../src/index.js'

interface Batch {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor1D
}
declare const trainer: Trainer
declare const train: Iterable<Batch>
declare const others: Iterable<{ readonly image: tf.Tensor4D }>
declare const w: tf.Variable
declare const lossOf: (batch: Batch) => tf.Scalar
const rest = { variables: () => [w], configureOptimizers: () => tf.train.sgd(0.1) }

describe('a module that is written in place in fit', () => {
  it('has the batch of the data and its context, as a literal', () => {
    trainer.fit(
      {
        ...rest,
        trainingStep: (batch, context) => {
          expectTypeOf(batch).toEqualTypeOf<Batch>()
          expectTypeOf(context).toEqualTypeOf<StepContext>()
          return { loss: lossOf(batch), accuracy: 1 }
        },
        validationStep(batch, { log }) {
          expectTypeOf(batch).toEqualTypeOf<Batch>()
          log('count', 1)
        },
        testStep: (batch) => ({ loss: lossOf(batch) }),
        predictStep: (batch) => batch.x,
      },
      { train, validation: { a: train, b: () => train } },
    )
  })

  it('as a factory and as an async one, with an expression or a block', () => {
    trainer.fit(() => ({ ...rest, trainingStep: (batch) => lossOf(batch) }), { train })
    trainer.fit(
      () => {
        const bias = 1
        return { ...rest, trainingStep: (batch) => ({ loss: lossOf(batch), bias }) }
      },
      () => ({ train }),
    )
    trainer.fit(
      async () => ({ ...rest, trainingStep: (batch) => lossOf(batch) }),
      async () => ({ train: () => train }),
    )
    trainer.fit(
      async () => {
        const bias = await Promise.resolve(1)
        return {
          ...rest,
          trainingStep(batch, context) {
            expectTypeOf(batch).toEqualTypeOf<Batch>()
            expectTypeOf(context).toEqualTypeOf<StepContext>()
            return { loss: lossOf(batch), bias }
          },
        }
      },
      async () => {
        await Promise.resolve()
        return { train }
      },
    )
  })

  it('and where it optimizes by itself', () => {
    trainer.fit(
      {
        ...rest,
        automaticOptimization: false,
        trainingStep: async (batch, context) => {
          expectTypeOf(batch).toEqualTypeOf<Batch>()
          expectTypeOf(context).toEqualTypeOf<ManualStepContext>()
          await context.optimize('main', () => lossOf(batch))
        },
      },
      { train },
    )
    trainer.fit(
      async () => {
        await Promise.resolve()
        return {
          ...rest,
          trainingStep: async (batch, { optimize }) => {
            await optimize('main', () => lossOf(batch))
            return { a: 1 }
          },
          automaticOptimization: false,
        }
      },
      async () => ({ train }),
    )
  })

  it('is still checked', () => {
    // @ts-expect-error a step for other batches
    trainer.fit({ ...rest, trainingStep: (batch: Batch) => lossOf(batch) }, { train: others })
    trainer.fit(
      // @ts-expect-error asynchronous without automaticOptimization: false
      { ...rest, trainingStep: async (batch) => lossOf(batch) },
      { train },
    )
    trainer.fit(
      // @ts-expect-error no optimize where the trainer optimizes
      { ...rest, trainingStep: (batch, { optimize }) => [lossOf(batch), optimize][0] },
      { train },
    )
    trainer.fit(
      // @ts-expect-error misspelt
      { ...rest, trainingStep: (batch) => lossOf(batch), validatoinStep: () => undefined },
      { train },
    )
    // @ts-expect-error no loss
    trainer.fit({ ...rest, trainingStep: (batch) => ({ accuracy: batch.x }) }, { train })
    // @ts-expect-error no variables
    trainer.fit({ trainingStep: lossOf, configureOptimizers: rest.configureOptimizers }, { train })
  })
})

describe('a module with a type of its own', () => {
  it('goes into fit, validate, test and predict, as a value and as a factory', () => {
    const any = {} as TrainingModule<Batch>
    trainer.fit(any, { train })
    trainer.fit({} as AutomaticModule<Batch>, { train })
    trainer.fit({} as ManualModule<Batch>, { train })
    trainer.fit(
      () => any,
      async () => ({ train }),
    )
    trainer.fit(async () => ({}) as ManualModule<Batch>, { train })
    trainer.validate(any, train)
    trainer.test(async () => any, { a: train })
    trainer.predict(() => any, train)
  })
})

describe('validate, test and predict', () => {
  it('infer the batch, and ask only for what they use', () => {
    const { variables } = rest
    trainer.validate({ variables, validationStep: (batch) => ({ loss: lossOf(batch) }) }, train)
    trainer.validate(() => ({ variables, validationStep: (batch) => lossOf(batch) }), { a: train })
    trainer.test(
      async () => {
        await Promise.resolve()
        return {
          variables,
          testStep: (batch) => {
            expectTypeOf(batch).toEqualTypeOf<Batch>()
            return lossOf(batch)
          },
        }
      },
      async () => train,
    )
    // @ts-expect-error a step for other batches
    trainer.validate({ variables, validationStep: (batch: Batch) => lossOf(batch) }, others)
    // @ts-expect-error a step for other batches
    trainer.test({ variables, testStep: (batch: Batch) => lossOf(batch) }, { a: others })
    // @ts-expect-error a step for other batches
    trainer.predict({ variables, predictStep: (batch: Batch) => batch.x }, others)
  })

  it('predict yields what predictStep returns, awaited', () => {
    const { variables } = rest
    const now = trainer.predict({ variables, predictStep: (batch) => batch.y }, train)
    expectTypeOf(now).toEqualTypeOf<AsyncGenerator<tf.Tensor1D, void, undefined>>()
    const later = trainer.predict(
      () => ({ variables, predictStep: async (batch) => ({ size: batch.y.size }) }),
      () => train,
    )
    expectTypeOf(later).toEqualTypeOf<AsyncGenerator<{ size: number }, void, undefined>>()
    const unknown = trainer.predict({} as TrainingModule<Batch>, train)
    expectTypeOf(unknown).toEqualTypeOf<AsyncGenerator<unknown, void, undefined>>()
  })
})

describe('defineConfig', () => {
  it('infers the batch of a module in place, before and after the data', () => {
    defineConfig({ module: { ...rest, trainingStep: (batch) => lossOf(batch) }, data: { train } })
    defineConfig({ data: { train }, module: { ...rest, trainingStep: (batch) => lossOf(batch) } })
    defineConfig({
      module: () => ({ ...rest, trainingStep: (batch) => lossOf(batch) }),
      data: () => ({ train }),
    })
    defineConfig({
      data: async () => ({ train }),
      module: async () => ({ ...rest, trainingStep: (batch) => lossOf(batch) }),
    })
    defineConfig({
      maxEpochs: 3,
      module: async () => {
        const bias = await Promise.resolve(1)
        return {
          ...rest,
          trainingStep: (batch, context) => {
            expectTypeOf(batch).toEqualTypeOf<Batch>()
            expectTypeOf(context).toEqualTypeOf<StepContext>()
            return { loss: lossOf(batch), bias }
          },
        }
      },
      data: async () => {
        await Promise.resolve()
        return { train }
      },
    })
    defineConfig({
      data() {
        return { train }
      },
      module() {
        return {
          ...rest,
          automaticOptimization: false,
          async trainingStep(batch, { optimize }) {
            expectTypeOf(batch).toEqualTypeOf<Batch>()
            await optimize('main', () => lossOf(batch))
          },
        }
      },
    })
  })

  it('still checks it', () => {
    defineConfig({
      data: { train: others },
      // @ts-expect-error a step for other batches
      module: { ...rest, trainingStep: (batch: Batch) => lossOf(batch) },
    })
    defineConfig({
      // @ts-expect-error asynchronous without automaticOptimization: false
      module: () => ({ ...rest, trainingStep: async (batch) => lossOf(batch) }),
      data: { train },
    })
  })
})

describe('metrics of a result', () => {
  it('are known from what the steps return, and others can be read', async () => {
    const { metrics, history } = await trainer.fit(
      {
        ...rest,
        trainingStep: (batch) => ({ loss: lossOf(batch), accuracy: lossOf(batch) }),
        validationStep: (batch) => ({ loss: lossOf(batch), f1: 1 }),
      },
      { train, validation: train },
    )
    type Known = 'loss' | 'accuracy' | 'val_loss' | 'val_f1'
    expectTypeOf<Pick<typeof metrics, Known>>().toEqualTypeOf<{
      readonly [Name in Known]: number
    }>()
    expectTypeOf(metrics.loged).toEqualTypeOf<number | undefined>()
    expectTypeOf(history[0]?.accuracy).toEqualTypeOf<number | undefined>()
    expectTypeOf(history[0]?.epoch).toEqualTypeOf<number | undefined>()
  })

  it('with several loaders end in their names', async () => {
    const { metrics } = await trainer.fit(
      () => ({ ...rest, trainingStep: lossOf, validationStep: lossOf }),
      () => ({ train, validation: { day: train, night: train } }),
    )
    expectTypeOf(metrics['val_loss/day']).toEqualTypeOf<number>()
    expectTypeOf(metrics.loss).toEqualTypeOf<number>()
    expectTypeOf(metrics.val_loss).toEqualTypeOf<number | undefined>()
    const tested = await trainer.test(
      { ...rest, testStep: (batch) => ({ f1: batch.y }) },
      { a: train },
    )
    expectTypeOf(tested['test_f1/a']).toEqualTypeOf<number>()
    const validated = await trainer.validate({ ...rest, validationStep: lossOf }, () => train)
    expectTypeOf(validated.val_loss).toEqualTypeOf<number>()
    expectTypeOf(validated.loss).toEqualTypeOf<number | undefined>()
  })

  it('without data to validate with have no such names', async () => {
    const { metrics } = await trainer.fit(
      { ...rest, trainingStep: lossOf, validationStep: lossOf },
      { train },
    )
    expectTypeOf(metrics.loss).toEqualTypeOf<number>()
    expectTypeOf(metrics.val_loss).toEqualTypeOf<number | undefined>()
  })

  it('of a manual module are what its step returns', async () => {
    const { metrics } = await trainer.fit(
      { ...rest, automaticOptimization: false, trainingStep: async () => ({ g: 1, d: 2 }) },
      { train },
    )
    expectTypeOf(metrics.g).toEqualTypeOf<number>()
    expectTypeOf(metrics.loss).toEqualTypeOf<number | undefined>()
  })
})
