import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { fail, quote, say, suggestion } from './errors.js'
import type { Json } from './json.js'
import type { Reporter } from './plugin.js'
import type { MetricName } from './registry.js'
import type { Counters, Stage } from './run-state.js'
import needs from './stage-needs.json' with { type: 'json' }

/** How the values of an epoch become one. `mean` is weighted by batch size. */
export type Reduction = 'mean' | 'sum' | 'min' | 'max'

/** How a logged value is kept and shown. */
export interface LogOptions {
  /** Report the value of each step. Default: true in training, else false. */
  readonly onStep?: boolean
  /** Report one value per epoch. Default: false in training steps, else true. */
  readonly onEpoch?: boolean
  /** Show it beside a progress bar. Default false. */
  readonly progress?: boolean
  /** Default `mean`. */
  readonly reduce?: Reduction
  /** Weight in an epoch's mean. Default: the samples of the batch. */
  readonly batchSize?: number
}

/** What a step may give for a metric: a number or a tensor with one element. */
export type MetricValue = number | Tensor

/** Metrics by name. */
export type MetricValues = Readonly<Record<string, MetricValue>>

/** What a training step returns: the loss (one element), alone or with metrics beside it. */
export type StepOutput = Tensor | ({ readonly loss: Tensor } & MetricValues)

/** What a validation or test step returns. A bare tensor is the loss. */
export type EvaluationOutput = Tensor | MetricValues | undefined | void

/**
 * What a step is told: how many epochs, optimizer steps and batches (of this epoch, or of this
 * validation) are completed, and more. It is reused from step to step: read from it, do not keep it.
 */
export interface StepContext extends Pick<Counters, 'epoch' | 'batch' | 'step'> {
  readonly stage: Stage
  /** True only in `trainingStep`: dropout on, batch statistics used. */
  readonly training: boolean
  /** Name of the loader, where there are several. */
  readonly loader: string | undefined
  readonly signal: AbortSignal
  /**
   * Logs a value under a name that stays as given.
   *
   * @throws REG_LOG_INVALID
   */
  log(name: MetricName, value: MetricValue, options?: LogOptions): void
}

type OptimizeOptions = { readonly variables?: readonly Variable[] }

/** What the step of a module that optimizes by itself is told. */
export interface ManualStepContext extends StepContext {
  /**
   * One optimizer step: runs `loss` inside the tape and applies the gradients of the optimizer's
   * variables. These are `options.variables`, else those whose name begins with the optimizer's
   * (`generator/dense/kernel` for `generator`), else all trainable ones.
   *
   * @param name that of the optimizer
   * @returns the value of the loss where it can be read without waiting, else `undefined`
   * @throws REG_OPTIMIZER_INVALID, REG_LOSS_NOT_FINITE
   */
  optimize(name: string, loss: () => Tensor, options?: OptimizeOptions): Promise<number | undefined>
}

/** What `setup` of a module is told. */
export type ModuleContext = Pick<StepContext, 'stage' | 'signal'>

/** What automatic and manual modules share. Members are properties so that a wrong batch type does not compile. */
interface ModuleBase<B> {
  /** Called once per run, before the optimizers are made. */
  readonly setup?: ((context: ModuleContext) => void | Promise<void>) | undefined
  /** Runs without a tape; tensors that it makes and does not return are disposed of. */
  readonly validationStep?: ((batch: B, context: StepContext) => EvaluationOutput) | undefined
  readonly testStep?: ((batch: B, context: StepContext) => EvaluationOutput) | undefined
  /** What it returns goes to the caller of `predict`, who owns its tensors. */
  readonly predictStep?: ((batch: B, context: StepContext) => unknown) | undefined
  /**
   * All variables that belong to the model, trainable or not, under names that are the same in
   * every process: states are saved and gradients named by them.
   */
  readonly variables: () => Readonly<Record<string, Variable>> | readonly Variable[]
  /** Made once per run. */
  readonly configureOptimizers: () => Optimizer | Readonly<Record<string, Optimizer>>
  /** Hyperparameters for the loggers. */
  readonly hparams?: Readonly<Record<string, Json>> | undefined
}

/** A module whose optimizer steps the trainer takes. */
export interface AutomaticModule<B> extends ModuleBase<B> {
  readonly automaticOptimization?: true | undefined
  /** Synchronous, inside the tape. */
  readonly trainingStep: (batch: B, context: StepContext) => StepOutput
}

/** A module that takes its optimizer steps itself: several optimizers, GANs. */
export interface ManualModule<B> extends ModuleBase<B> {
  readonly automaticOptimization: false
  /** Calls `await context.optimize(name, () => loss)` as often as it likes. */
  readonly trainingStep: (batch: B, context: ManualStepContext) => Promise<MetricValues | void>
}

/** A model with its loss, metrics and optimizers: what a Trainer trains. */
export type TrainingModule<B> = AutomaticModule<B> | ManualModule<B>

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
export function checkModule(given: unknown, stage: Stage): TrainingModule<unknown> {
  const module = Object(given) as Readonly<Record<string, unknown>>
  const part = needs.parts[stage].find((name) => typeof module[name] !== 'function')
  if (part === undefined) return given as TrainingModule<unknown>
  const own = module[part] === undefined ? 'none' : quote(module[part])
  const found = given === module ? `it has ${own}` : `${quote(given)} was given`
  const hint = suggestion(part, Object.keys(module))
  return fail('REG_MODULE_INVALID.lacks', { part, stage, found, hint })
}

/** Waits for the backend and says which gradient kernels it lacks. @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING */
export async function preflight(stage: Stage, report: Reporter): Promise<void> {
  await tf.ready().catch((cause) => fail('REG_BACKEND_MISSING.none', {}, { cause }))
  if (stage !== 'fit') return
  if (!tf.getGradient('Mean')) fail('REG_GRADIENT_MISSING.mean')
  const backend = tf.getBackend()
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const kernels = needs.gradientKernels.filter((kernel) => !known.has(kernel)).join(', ')
  if (kernels) report.info(say('notice.kernels', { backend, kernels }))
}
