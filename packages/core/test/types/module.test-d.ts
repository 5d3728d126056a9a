import type * as tf from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import {
  type FitResult,
  type ManualModule,
  type StopReason,
  Trainer,
  type TrainingModule,
} from '../../src/index.js'

interface Batch {
  readonly x: tf.Tensor2D
}
declare const module: TrainingModule<Batch>
declare const batches: Iterable<Batch>
declare const others: Iterable<{ readonly image: tf.Tensor4D }>
declare const trainer: Trainer
declare const scalar: tf.Scalar

describe('fit, validate, test, predict', () => {
  it('take batches of the module’s type from any kind of source', () => {
    trainer.fit(module, { train: batches })
    trainer.fit(module, { train: [] as Batch[], validation: { a: batches, b: batches } })
    trainer.fit(module, { train: () => batches, validation: async () => batches })
    trainer.fit(
      () => module,
      async () => ({ train: batches }),
    )
    trainer.test(module, { a: batches })
    expectTypeOf(trainer.fit(module, { train: batches })).resolves.toExtend<FitResult>()
    expectTypeOf(trainer.fit(() => module, { train: batches }))
      .resolves.toHaveProperty('module')
      .toExtend<TrainingModule<Batch>>()
    expectTypeOf<FitResult['stop']>().toEqualTypeOf<StopReason>()
  })

  it('refuse batches of another type', () => {
    // @ts-expect-error the module takes { x }
    trainer.fit(module, { train: others })
    // @ts-expect-error as a function
    trainer.fit(module, { train: () => others })
    // @ts-expect-error as data made later
    trainer.fit(module, () => ({ train: others }))
    // @ts-expect-error the validation too
    trainer.fit(module, { train: batches, validation: others })
    // @ts-expect-error
    trainer.validate(module, others)
    // @ts-expect-error
    trainer.test(module, { a: others })
    // @ts-expect-error
    trainer.predict(module, others)
    // @ts-expect-error misspelt key
    trainer.fit(module, { trian: batches })
    // @ts-expect-error misspelt option of fit
    trainer.fit(module, { train: batches }, { resume: 'last' })
  })
})

describe('TrainingModule', () => {
  it('refuses steps that cannot work', () => {
    const rest = { variables: () => [], configureOptimizers: () => ({}) }
    const good: TrainingModule<Batch> = { ...rest, trainingStep: () => scalar }
    const metrics: TrainingModule<Batch> = { ...rest, trainingStep: () => ({ loss: scalar, a: 1 }) }
    // @ts-expect-error asynchronous without automaticOptimization: false
    const late: TrainingModule<Batch> = { ...rest, trainingStep: async () => scalar }
    // @ts-expect-error no loss
    const lossless: TrainingModule<Batch> = { ...rest, trainingStep: () => ({ a: 1 }) }
    // @ts-expect-error a metric is a number or tensor
    const text: TrainingModule<Batch> = { ...rest, trainingStep: () => ({ loss: scalar, a: 'x' }) }
    // @ts-expect-error without variables
    const bare: TrainingModule<Batch> = {
      trainingStep: () => scalar,
      configureOptimizers: () => ({}),
    }
    const wrong: TrainingModule<Batch> = {
      ...rest,
      // @ts-expect-error a step for other batches
      trainingStep: (batch: { image: tf.Tensor4D }) => batch.image.asScalar(),
    }
    void [good, metrics, late, lossless, text, bare, wrong]
  })

  it('gives optimize to manual steps only', () => {
    const manual: ManualModule<Batch> = {
      automaticOptimization: false,
      variables: () => [],
      configureOptimizers: () => ({}),
      async trainingStep(_, { optimize }) {
        expectTypeOf(optimize('generator', () => scalar)).resolves.toEqualTypeOf<
          number | undefined
        >()
        return { a: 1 }
      },
    }
    const automatic: TrainingModule<Batch> = {
      variables: () => [],
      configureOptimizers: () => ({}),
      // @ts-expect-error there is no optimize where the trainer optimizes
      trainingStep: (_, { optimize }) => optimize('a', () => scalar),
    }
    void [manual, automatic]
  })
})

describe('TrainerOptions', () => {
  it('refuse what is no option', () => {
    new Trainer({ maxEpochs: 3, validateEvery: { steps: 10 }, limitBatches: { train: 0.5 } })
    // @ts-expect-error misspelt
    new Trainer({ maxEpoch: 3 })
    // @ts-expect-error misspelt inside
    new Trainer({ limitBatches: { trian: 0.5 } })
    // @ts-expect-error a number is no schedule
    new Trainer({ validateEvery: 10 })
    // @ts-expect-error an unknown unit
    new Trainer({ validateEvery: { batches: 10 } })
    // @ts-expect-error the factory instead of what it makes
    new Trainer({ plugins: [() => ({ name: 'x' })] })
  })
})
