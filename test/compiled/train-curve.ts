import {
  definePlugin,
  type Plugin,
  type Report,
  type Snapshot,
  Trainer,
  type TrainingModule,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { CurveModel, Tensors } from './models.js'
import { numbers } from './numbers.js'

/** What a run of a model left. */
export interface Curve {
  /** Of every step; a GAN's critic and generator take turns. */
  readonly losses: readonly number[]
  readonly weights: Readonly<Record<string, readonly number[]>>
  /** What the plugins reported. */
  readonly texts: readonly string[]
  /** Of the run's end. */
  readonly snapshot: Snapshot
}

/** How a model is trained. */
export interface CurveOptions {
  readonly plugins?: readonly Plugin[]
  /** Steps of an epoch. */
  readonly steps?: number
  readonly maxEpochs?: number
  readonly resumeFrom?: Snapshot | undefined
  /** Whether each epoch ends with a validation, on the batches of training. */
  readonly isValidated?: boolean
  /** Changes each batch. */
  readonly change?: (batch: Tensors, step: number) => Tensors
}

/** Trains a model, by default for 20 steps in one epoch, from its initial weights. Disposes of everything. */
export async function trainCurve(
  model: CurveModel,
  {
    plugins = [],
    steps = 20,
    maxEpochs = 1,
    resumeFrom,
    isValidated = false,
    change = (batch) => batch,
  }: CurveOptions = {},
): Promise<Curve> {
  const { random } = Math
  let draw = 0
  Math.random = () => ((numbers(1, ++draw)[0] as number) + 1) / 2
  const variables = Object.fromEntries(
    Object.entries(model.variables).map(([name, shape], i) => {
      const values = numbers(tf.util.sizeFromShape([...shape]), i + 1).map((value) => value * 0.5)
      const isTrainable = !model.kept?.includes(name)
      return [name, tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), isTrainable))]
    }),
  )
  model.prepare?.(variables)
  const losses: number[] = []
  const texts: string[] = []
  const watch = definePlugin({
    name: 'watch',
    apply({ hooks, provide }) {
      provide('reporter', { report: ({ message }: Report) => void texts.push(message) })
      hooks.batchEnd.tapPromise('watch', async ({ metrics }) => {
        if (!model.generatorLoss) losses.push(await metrics.get('loss'))
      })
    },
  })
  const trainer = new Trainer({ maxEpochs, plugins: [watch, ...plugins] })
  const train = function* () {
    for (let step = 0; step < steps; step++) yield change(model.batch(step), step)
  }
  try {
    const data = isValidated ? { train, validation: train } : { train }
    await trainer.fit(moduleOf(model, variables, losses), data, { resumeFrom })
    const weights = Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]),
    )
    return { losses, weights, texts, snapshot: await trainer.snapshot() }
  } finally {
    await trainer.dispose()
    tf.dispose(variables)
    Math.random = random
  }
}

function moduleOf(
  model: CurveModel,
  variables: Record<string, tf.Variable>,
  losses: number[],
): TrainingModule<Tensors> {
  const { generatorLoss, optimizer } = model
  const loss = (batch: Tensors) => model.loss(variables, batch)
  if (!generatorLoss) {
    return {
      variables: () => variables,
      trainingStep: loss,
      validationStep: (batch: Tensors) => ({ loss: loss(batch) }),
      configureOptimizers: optimizer,
    } as TrainingModule<Tensors>
  }
  const thoseOf = (start: string) =>
    Object.entries(variables).flatMap(([name, variable]) =>
      name.startsWith(start) ? variable : [],
    )
  return {
    variables: () => variables,
    configureOptimizers: () => ({ critic: optimizer(), generator: optimizer() }),
    automaticOptimization: false,
    async trainingStep(batch, { optimize }) {
      const first = await optimize('critic', () => loss(batch) as tf.Scalar, {
        variables: thoseOf('d'),
      })
      const second = await optimize(
        'generator',
        () => generatorLoss(variables, batch) as tf.Scalar,
        {
          variables: thoseOf('g'),
        },
      )
      losses.push(Number(first), Number(second))
      return {}
    },
  }
}
