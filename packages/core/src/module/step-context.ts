import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { LogOptions } from '../metrics/log-options.js'
import type { MetricName } from '../metrics/metric-map.js'
import type { Counters, Stage } from '../state/run-state.js'

/** What a step may give for a metric: a number or a tensor with one element. */
export type MetricValue = number | Tensor

/** Metrics by name. */
export type MetricValues = Readonly<Record<string, MetricValue>>

/** What a training step returns: the loss (one element), alone or with metrics beside it. */
export type StepOutput = Tensor | ({ readonly loss: Tensor } & MetricValues)

/**
 * Metrics with an `output` beside them: anything, tensors included, that the hooks
 * `validationBatchEnd` and `testBatchEnd` are given, so that a plugin need not run the model again. It
 * is no metric; the trainer disposes of its tensors after the hook.
 */
export interface MetricsWithOutput {
  readonly output: unknown
  readonly loss?: MetricValue
  readonly [metric: string]: unknown
}

/** What a validation or test step returns. A bare tensor is the loss. */
export type EvaluationOutput = Tensor | MetricValues | MetricsWithOutput | undefined | void

/** What a training step returns that optimizes by itself. */
export type ManualOutput = MetricValues | void

/** What a training step of any kind returns, a promise awaited. */
export type TrainingOutput = StepOutput | ManualOutput

/**
 * What a step receives: how many epochs, steps (batches in which weights changed) and batches (of this
 * epoch, or of this validation) are completed, and more. It is reused from step to step: read from it, do not keep it.
 */
export interface StepContext extends Pick<Counters, 'epoch' | 'batch' | 'step'> {
  /** What the trainer was asked to do. */
  readonly stage: Stage
  /** True only in `trainingStep`: dropout on, batch statistics used. */
  readonly training: boolean
  /** Name of the loader, where there are several. */
  readonly loader: string | undefined
  /** Fires where the run is to be interrupted. */
  readonly signal: AbortSignal
  /**
   * Logs a value under a name that stays as given.
   *
   * @throws REG_LOG_INVALID
   */
  log(name: MetricName, value: MetricValue, options?: LogOptions): void
}

type OptimizeOptions = { readonly variables?: readonly Variable[] }

/** What the step of a module that optimizes by itself receives. */
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

/** What `setup` of a module receives. */
export type ModuleContext = Pick<StepContext, 'stage' | 'signal'>
