import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, ModelCompileArgs } from '@tensorflow/tfjs-layers'
import { fail, RegimenError } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import type {
  AutomaticModule,
  MetricsWithOutput,
  MetricValues,
} from '../module/modules.js'
import { checkLayersBatch, checkTargets } from './check-batch.js'
import { fuseLayers } from './fuse-layers.js'
import { untrainableLayers } from './untrainable.js'
import { markedWeights } from './weight-names.js'

/** One tensor, or several in the model's order or by the model's names of inputs or outputs. */
export type Tensors = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>

/** Inputs and targets, named as `@regimen/data` or as `tf.data` names them. */
export type LayersBatch =
  | { readonly x: Tensors; readonly y: Tensors }
  | { readonly xs: Tensors; readonly ys: Tensors }

/** What a prediction needs: inputs, with or without targets. */
export type LayersInputs = { readonly x: Tensors } | { readonly xs: Tensors }

/** How a `tf.LayersModel` is trained. Missing options are taken from its `compile`. */
export interface LayersModuleOptions {
  /** A loss by name or as a function; a list or record if there are several outputs. */
  readonly loss?: ModelCompileArgs['loss']
  /** A function makes a new optimizer for each run; an instance or name is shared by all runs. */
  readonly optimizer?: (() => Optimizer) | Optimizer | string
  /** Metrics by name or as functions; `accuracy` is logged as `accuracy`. */
  readonly metrics?: ModelCompileArgs['metrics']
}

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

type OutputLoss = (target: Tensor, output: Tensor) => Tensor

/** What `compile` leaves in a model (`tfjs-layers/src/engine/training.ts`). */
interface Compiled {
  readonly optimizer: Optimizer | undefined
  readonly lossFunctions: readonly OutputLoss[] | undefined
  readonly metricsTensors: readonly (readonly [OutputLoss, number])[]
  readonly metricsNames: readonly string[]
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
  if (loss !== undefined) {
    const isMade = optimizer === undefined || typeof optimizer === 'function'
    model.compile({
      loss,
      optimizer: isMade ? NO_OPTIMIZER : optimizer,
      ...(metrics && { metrics }),
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
  fuseLayers(model)
  const names = compiled.metricsNames.slice(1).map((name) => longName(name, metrics))

  const outputsOf = (batch: LayersInputs, training: boolean): Tensor[] => {
    checkLayersBatch(batch)
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
    const losses = (compiled.lossFunctions ?? []).map((lossOf, index) =>
      lossOf(...pairAt(index)),
    )
    const regularization = training ? model.calculateLosses() : []
    const total = losses.reduce((sum, loss) => tf.add(sum, loss))
    const values = compiled.metricsTensors.map(([metricOf, index]) =>
      tf.mean(metricOf(...pairAt(index))),
    )
    const named = values.map((value, index) => [names[index] as string, value] as const)
    const whole = regularization.reduce<Tensor>(
      (sum, term) => tf.add(sum, term),
      tf.mean(total),
    )
    return { ...Object.fromEntries(named), loss: whole }
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

/** What `compile` made: a sequential model keeps it in an inner model. */
const compiledOf = (model: LayersModel): Compiled =>
  ((model as { readonly model?: unknown }).model ?? model) as Compiled

/** Satisfies `compile`, which needs an optimizer; the trainer never uses it. Holds no tensor. */
const NO_OPTIMIZER = {
  minimize: () => null,
  computeGradients: () => null,
  applyGradients: () => undefined,
} as unknown as Optimizer

function inOrder(
  values: Tensors,
  names: readonly string[],
  role: string,
): readonly Tensor[] {
  const isSingle = 'dataId' in values
  const list = isSingle ? [values as Tensor] : Array.isArray(values) ? values : undefined
  const tensors =
    list ?? names.map((name) => (values as Readonly<Record<string, Tensor>>)[name])
  if (tensors.length === names.length && !tensors.includes(undefined))
    return tensors as Tensor[]
  const found = list
    ? `${list.length} tensors`
    : `tensors for ${Object.keys(values).map(quote)}`
  const text = `The model has the ${role}s ${names.map(quote)}, the batch has ${found}.`
  throw new RegimenError('REG_DATA_INVALID', text, { data: { found, expected: names } })
}

/** tfjs shortens `accuracy` to `acc`; here a metric keeps the user's name. */
function longName(name: string, metrics: LayersModuleOptions['metrics']): string {
  const isLong = JSON.stringify(metrics ?? '').includes('"accuracy"')
  return isLong ? name.replace(/(^|_)acc$/, '$1accuracy') : name
}
