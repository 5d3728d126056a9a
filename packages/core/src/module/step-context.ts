import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { LogOptions } from '../metrics/log-options.js'
import type { MetricName } from '../metrics/metric-map.js'
import type { Counters, Stage } from '../state/run-state.js'

/** The value of a metric: a number or a tensor with one element. */
export type MetricValue = number | Tensor

/** Metrics by name. */
export type MetricValues = Readonly<Record<string, MetricValue>>

/** What a training step returns: the loss (one element), alone or with metrics. */
export type StepOutput = Tensor | ({ readonly loss: Tensor } & MetricValues)

/**
 * Metrics with an `output`: anything, including tensors. Taps of `validationBatchEnd` and `testBatchEnd`
 * receive it: a plugin need not run the model again. It is not a metric; the trainer disposes of its
 * tensors after the hook.
 */
export interface MetricsWithOutput {
  readonly output: unknown
  readonly loss?: MetricValue
  readonly [metric: string]: unknown
}

/** What a validation or test step returns. A bare tensor is the loss. */
export type EvaluationOutput =
  | Tensor
  | MetricValues
  | MetricsWithOutput
  | undefined
  | void

/** What a training step returns that steps its optimizers itself. */
export type ManualOutput = MetricValues | void

/** What a training step of any kind returns, once awaited. */
export type TrainingOutput = StepOutput | ManualOutput

/**
 * What a step receives. Counts completed epochs, steps (batches in which weights changed) and batches
 * (of this epoch, or of this validation). The object is reused by the next step: read it, do not keep it.
 */
export interface StepContext extends Pick<Counters, 'epoch' | 'batch' | 'step'> {
  /** What the trainer was asked to run. */
  readonly stage: Stage
  /** True only in `trainingStep`: use dropout and batch statistics. */
  readonly training: boolean
  /** Name of the loader if there are several. */
  readonly loader: string | undefined
  /** Aborted when the run is to be interrupted. */
  readonly signal: AbortSignal
  /**
   * Logs a value under exactly this name.
   *
   * @throws REG_LOG_INVALID
   */
  log(name: MetricName, value: MetricValue, options?: LogOptions): void
}

type OptimizeOptions = { readonly variables?: readonly Variable[] }

/** What the step of a module receives that steps its optimizers itself. */
export interface ManualStepContext extends StepContext {
  /**
   * One optimizer step: runs `loss` inside the tape and applies the gradients of the optimizer's
   * variables. These are `options.variables`, else those whose name begins with the optimizer's
   * (`generator/dense/kernel` for `generator`), else all trainable ones.
   *
   * @param name the optimizer's name
   * @returns the value of the loss if it can be read without waiting, else `undefined`
   * @throws REG_OPTIMIZER_INVALID, REG_LOSS_NOT_FINITE
   */
  optimize(
    name: string,
    loss: () => Tensor,
    options?: OptimizeOptions,
  ): Promise<number | undefined>
}

/** What `setup` of a module receives. */
export type ModuleContext = Pick<StepContext, 'stage' | 'signal'>
