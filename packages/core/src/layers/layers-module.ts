import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { fail, RegimenError } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import type { Comparison } from '../metrics/stateful-metrics.js'
import type {
  AutomaticModule,
  MetricsWithOutput,
  MetricValues,
} from '../module/modules.js'
import { checkLayersBatch, checkTargets } from './check-batch.js'
import { compiledOf, NO_OPTIMIZER, outputNamesOf } from './compiled.js'
import { fuseLayers } from './fuse-layers.js'
import { inOrder } from './in-order.js'
import { layersMetricsOf, longName } from './layers-metrics.js'
import type { LayersBatch, LayersInputs, LayersModuleOptions } from './layers-options.js'
import { lossWeightsOf } from './loss-weights.js'
import { rowWeightsOf } from './row-weights.js'
import { lossesOf } from './total-loss.js'
import { untrainableLayers } from './untrainable.js'
import { markedWeights } from './weight-names.js'

type Evaluated = { readonly loss: Tensor } & MetricValues
/** The same with the predictions as `output`, which taps at a batch's end receive. */
interface EvaluatedWithOutput extends MetricsWithOutput {
  readonly loss: Tensor
  readonly output: Outputs
}
type Outputs = Tensor | Tensor[]

/** A training module with the model it trains. */
export interface LayersModule
  extends AutomaticModule<
    LayersBatch,
    Evaluated,
    EvaluatedWithOutput,
    EvaluatedWithOutput,
    Outputs,
    LayersInputs
  > {
  /** The model that is trained. */
  readonly model: LayersModel
}

/**
 * Makes a training module from any `tf.LayersModel`. Losses, regularizers, metrics and their names are
 * those of `model.fit`.
 *
 * `fit` refuses a model with layers that the current backend cannot train, and names the workaround.
 * @throws REG_MODULE_INVALID if neither the options nor `compile` set loss and optimizer
 * @example
 * ```ts no-run
 * layersModule(model, { loss: 'meanSquaredError', optimizer: () => tf.train.adam(1e-3) })
 * ```
 */
export function layersModule(
  model: LayersModel,
  options: LayersModuleOptions = {},
): LayersModule {
  const { loss, optimizer, metrics } = options
  const isCompiled = loss === undefined && compiledOf(model).lossFunctions !== undefined
  const outputNames = loss !== undefined || isCompiled ? outputNamesOf(model) : []
  const { compiled: plain, stateful } = layersMetricsOf(metrics, outputNames)
  if (loss !== undefined) {
    const isMade = optimizer === undefined || typeof optimizer === 'function'
    model.compile({
      loss,
      optimizer: isMade ? NO_OPTIMIZER : optimizer,
      ...(plain && { metrics: plain }),
    })
  }
  const compiled = compiledOf(model)
  const made =
    typeof optimizer === 'function' ? optimizer : () => optimizer ?? compiled.optimizer
  if (!compiled.lossFunctions || (loss !== undefined && optimizer === undefined)) {
    const lacking = compiled.lossFunctions ? 'an optimizer' : 'a loss'
    const advice =
      "layersModule(model, { loss: 'meanSquaredError', optimizer: () => tf.train.adam() })"
    throw new RegimenError(
      'REG_MODULE_INVALID',
      `The layers model has ${lacking} missing: ${advice}.`,
      { data: { part: compiled.lossFunctions ? 'optimizer' : 'loss' } },
    )
  }
  const rowWeights = rowWeightsOf(options, outputNames)
  const columns = rowWeights.flatMap(({ column }) => column ?? [])
  const lossRule = {
    lossFunctions: compiled.lossFunctions,
    names: outputNames,
    rowWeights,
    lossWeights: lossWeightsOf(options.lossWeights, outputNames),
  }
  fuseLayers(model)
  const names = compiled.metricsNames.slice(1).map((name) => longName(name, plain))

  const outputsOf = (batch: LayersInputs, training: boolean): Tensor[] => {
    checkLayersBatch(batch, columns)
    const inputs = inOrder('x' in batch ? batch.x : batch.xs, model.inputNames, 'input')
    const output = model.apply(
      inputs.length === 1 ? (inputs[0] as Tensor) : [...inputs],
      {
        training,
      },
    )
    return (Array.isArray(output) ? output : [output]) as Tensor[]
  }
  const evaluated = (
    batch: LayersBatch,
    training: boolean,
    outputs = outputsOf(batch, training),
  ): Evaluated => {
    checkTargets(batch)
    const targets = inOrder(
      'y' in batch ? batch.y : batch.ys,
      model.outputNames,
      'output',
    )
    const pairAt = (index: number) =>
      [targets[index] as Tensor, outputs[index] as Tensor] as const
    const { total, each } = lossesOf(lossRule, {
      batch,
      targets,
      outputs,
      isTraining: training,
    })
    const regularization = training ? model.calculateLosses() : []
    const losses = outputNames.length === 1 ? 0 : outputNames.length
    // With several outputs the first metrics are their losses.
    const values = compiled.metricsTensors.map(([metricOf, index], place) =>
      place < losses ? (each[place] as Tensor) : tf.mean(metricOf(...pairAt(index))),
    )
    const named = values.map((value, index) => [names[index] as string, value] as const)
    const compared = stateful.map(({ name, metric, output }): [string, Comparison] => {
      const [target, predictions] = pairAt(output)
      return [name, { metric, predictions, targets: target }]
    })
    const whole = regularization.reduce<Tensor>((sum, term) => tf.add(sum, term), total)
    return { ...Object.fromEntries([...named, ...compared]), loss: whole } as Evaluated
  }
  const asPredicted = (outputs: Tensor[]): Outputs =>
    outputs.length === 1 ? (outputs[0] as Tensor) : outputs
  const withOutput = (batch: LayersBatch): EvaluatedWithOutput => {
    const outputs = outputsOf(batch, false)
    return { ...evaluated(batch, false, outputs), output: asPredicted(outputs) }
  }
  return {
    model,
    setup: ({ stage }) => {
      if (stage === 'fit') refuseUntrainable(model)
    },
    trainingStep: (batch) => evaluated(batch, true),
    validationStep: withOutput,
    testStep: withOutput,
    predictStep: (batch) => asPredicted(outputsOf(batch, false)),
    variables: () => markedWeights(model),
    configureOptimizers: () => {
      const instance = made()
      return (typeof instance === 'string' ? compiled.optimizer : instance) as Optimizer
    },
  }
}

/** Refuses a model with layers that the current backend cannot train. @throws REG_GRADIENT_MISSING */
function refuseUntrainable(model: LayersModel): void {
  const backend = tf.getBackend()
  const layers = untrainableLayers(model, backend)
  if (layers.length === 0) return
  const lines = layers.map(
    ({ layer, className, why, instead }) =>
      ` ${quote(layer)} (${className}): ${why}. ${instead}.`,
  )
  fail(
    'REG_GRADIENT_MISSING.layers',
    { backend, hint: lines.join('') },
    { data: { layers } },
  )
}
