import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { OtherBatch } from '../data/batch-types.js'
import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { suggestion } from '../floor/near-miss.js'
import { quote } from '../floor/quote.js'
import type { Stage } from '../state/run-state.js'
import { neededFunctions } from './stage-needs.js'
import type {
  EvaluationOutput,
  ManualOutput,
  ManualStepContext,
  ModuleContext,
  StepContext,
  StepOutput,
  TrainingOutput,
} from './step-context.js'

export type { LogOptions, Reduction } from '../metrics/log-options.js'
export type {
  EvaluationOutput,
  ManualOutput,
  ManualStepContext,
  MetricsWithOutput,
  MetricValue,
  MetricValues,
  ModuleContext,
  StepContext,
  StepOutput,
  TrainingOutput,
} from './step-context.js'

/**
 * What every module may have. Members are properties: a wrong batch type then does not compile.
 *
 * @typeParam V what `validationStep` returns
 * @typeParam T what `testStep` returns
 * @typeParam P what `predictStep` returns
 * @typeParam VB a batch of `validationStep`
 * @typeParam TB a batch of `testStep`
 * @typeParam PB a batch of `predictStep`, which may have no labels
 */
interface ModuleBase<
  V extends EvaluationOutput,
  T extends EvaluationOutput,
  P,
  VB,
  TB,
  PB,
> {
  /** Called once per run, before the optimizers are made. */
  readonly setup?: ((context: ModuleContext) => void | Promise<void>) | undefined
  /** Metrics of a validation batch. Runs without a tape; tensors that it makes but does not return are disposed of. */
  readonly validationStep?: ((batch: VB, context: StepContext) => V) | undefined
  /** Metrics of a test batch; otherwise as `validationStep`. */
  readonly testStep?: ((batch: TB, context: StepContext) => T) | undefined
  /** `predict` yields what it returns, awaited; the caller owns its tensors. */
  readonly predictStep?: ((batch: PB, context: StepContext) => P) | undefined
  /**
   * All variables of the model, trainable or not, by name. State is saved and gradients are named by
   * these names: they must be the same in every process. Variables of a list are named by their index:
   * `0`, `1` and so on.
   */
  readonly variables: () => Readonly<Record<string, Variable>> | readonly Variable[]
  /** Hyperparameters for the loggers. */
  readonly hparams?: Readonly<Record<string, Json>> | undefined
}

/** What training needs besides the step. */
interface Trainable {
  /** The optimizer, or several by name; called once per run. */
  readonly configureOptimizers: () => Optimizer | Readonly<Record<string, Optimizer>>
}

/** A module whose optimizers the trainer steps. */
export interface AutomaticModule<
  B,
  R extends StepOutput = StepOutput,
  V extends EvaluationOutput = EvaluationOutput,
  T extends EvaluationOutput = EvaluationOutput,
  P = unknown,
  PB = B,
> extends ModuleBase<V, T, P, B, B, PB>,
    Trainable {
  /** Absent or `true`: the trainer steps the optimizers. */
  readonly automaticOptimization?: true | undefined
  /** The loss of a batch, alone or with metrics. Synchronous, inside the tape. */
  readonly trainingStep: (batch: B, context: StepContext) => R
}

/** A module that steps its optimizers itself, such as a GAN. */
export interface ManualModule<
  B,
  R extends ManualOutput = ManualOutput,
  V extends EvaluationOutput = EvaluationOutput,
  T extends EvaluationOutput = EvaluationOutput,
  P = unknown,
  PB = B,
> extends ModuleBase<V, T, P, B, B, PB>,
    Trainable {
  /** `false`: `trainingStep` steps the optimizers. */
  readonly automaticOptimization: false
  /** Calls `await context.optimize(name, () => loss)` as often as it likes; may return metrics. */
  readonly trainingStep: (batch: B, context: ManualStepContext) => Promise<R>
}

/** A model with its loss, metrics and optimizers: what a Trainer trains. */
export type TrainingModule<B> = AutomaticModule<B> | ManualModule<B>

/**
 * A module as `fit` infers it: what its steps return, and by `Auto` whether it is automatic. Written
 * inline it needs no type annotation: the batch type comes from the data.
 */
export type FitModule<
  B,
  Auto extends boolean = boolean,
  R extends TrainingOutput = TrainingOutput,
  V extends EvaluationOutput = EvaluationOutput,
  T extends EvaluationOutput = EvaluationOutput,
  P = unknown,
  PB = B,
> = { readonly automaticOptimization?: Auto | undefined } & (Auto extends false
  ? ManualModule<B, R extends ManualOutput ? R : ManualOutput, V, T, P, PB>
  : AutomaticModule<B, R extends StepOutput ? R : StepOutput, V, T, P, PB>)

/** A module for `validate`, `test` and `predict`: what only training needs may be absent. */
export interface EvaluationModule<
  B,
  V extends EvaluationOutput = EvaluationOutput,
  T extends EvaluationOutput = EvaluationOutput,
  P = unknown,
  VB = B,
  TB = B,
  PB = B,
  FB = B,
> extends ModuleBase<V, T, P, VB, TB, PB>,
    Partial<Trainable> {
  /** As in training; not used. */
  readonly automaticOptimization?: boolean | undefined
  /** Not called. */
  readonly trainingStep?: ((batch: FB, context: ManualStepContext) => unknown) | undefined
}

/** A module for `validate`: only its `validationStep` must fit the data. */
export type ValidatedModule<B, V extends EvaluationOutput> = EvaluationModule<
  OtherBatch,
  V,
  EvaluationOutput,
  unknown,
  B
>

/** A module for `test`: only its `testStep` must fit the data. */
export type TestedModule<B, T extends EvaluationOutput> = EvaluationModule<
  OtherBatch,
  EvaluationOutput,
  T,
  unknown,
  OtherBatch,
  B
>

/** A module for `predict`: only its `predictStep` must fit the data, which may have no labels. */
export type PredictingModule<B, P> = EvaluationModule<
  OtherBatch,
  EvaluationOutput,
  EvaluationOutput,
  P,
  OtherBatch,
  OtherBatch,
  B
>

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** A function that makes a module. */
export type Maker = () => unknown

/** As {@link Made}; `F` is inferred as the type of the function, if it is one: the result has its module. */
export type MadeBy<T, F extends Maker> = T | ((() => T | Promise<T>) & F)

/** The module passed to a fit, or made by the function that was passed. */
export type MadeModule<T, F extends Maker> =
  unknown extends ReturnType<F> ? T : Awaited<ReturnType<F>>

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
export function checkModule(value: unknown, stage: Stage): TrainingModule<unknown> {
  const module = Object(value) as Readonly<Record<string, unknown>>
  const part = neededFunctions[stage].find((name) => typeof module[name] !== 'function')
  if (part === undefined) return value as TrainingModule<unknown>
  const member = module[part] === undefined ? 'none' : quote(module[part])
  const foundText = value === module ? `it has ${member}` : `${quote(value)} was given`
  const hint = suggestion(part, Object.keys(module))
  const data = { found: value === module ? module[part] : value }
  return fail('REG_MODULE_INVALID.lacks', { part, stage, foundText, hint }, { data })
}
