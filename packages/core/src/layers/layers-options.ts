import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'
import type { ModelCompileArgs } from '@tensorflow/tfjs-layers'
import type { StatefulMetric } from '../metrics/stateful-metrics.js'
import type { OutputLoss } from './compiled.js'

/** One tensor, or several in the model's order or by the model's names of inputs or outputs. */
export type Tensors = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>

/** A metric of tfjs by name or as a function, or one that adds up batches, such as those of `@regimen/metrics`. */
export type LayersMetric = string | OutputLoss | StatefulMetric

/** Weights of classes by their index; a class without one has 1. */
export type ClassWeight = Readonly<Record<number, number>> | readonly number[]

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
  /**
   * Metrics by name, as functions, or stateful ones, which are right over the whole epoch; a list, or a record by
   * the model's outputs. With one output a record of stateful ones is by their names. `accuracy` is logged as
   * `accuracy`.
   */
  readonly metrics?:
    | LayersMetric
    | readonly LayersMetric[]
    | Readonly<Record<string, LayersMetric | readonly LayersMetric[]>>
  /**
   * How much rows count in the loss of training by their class, with targets that are indices or one-hot; by the
   * model's outputs if there are several.
   */
  readonly classWeight?: ClassWeight | Readonly<Record<string, ClassWeight>>
  /** The column of the batch that says how much each row counts in the loss; by the model's outputs if there are several. */
  readonly sampleWeight?: string | Readonly<Record<string, string>>
  /** How much each output's loss counts: in the model's order, or by its names. Default 1. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>
}
