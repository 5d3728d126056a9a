import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A loss or metric of an output: one value for each row, or for the batch. */
export type OutputLoss = (target: Tensor, output: Tensor) => Tensor

/** What `compile` leaves in a model (`tfjs-layers/src/engine/training.ts`). */
export interface Compiled {
  readonly optimizer: Optimizer | undefined
  readonly lossFunctions: readonly OutputLoss[] | undefined
  readonly metricsTensors: readonly (readonly [OutputLoss, number])[]
  readonly metricsNames: readonly string[]
}

/** What `compile` made: a sequential model keeps it in an inner model. */
export const compiledOf = (model: LayersModel): Compiled =>
  ((model as { readonly model?: unknown }).model ?? model) as Compiled

/** The names of a model's outputs: a sequential model has them once it is built, which `compile` does too. */
export function outputNamesOf(model: LayersModel): readonly string[] {
  const names = (): readonly string[] => (model.outputNames as string[] | undefined) ?? []
  if (names().length === 0) (model as unknown as { build(): void }).build()
  return names()
}

/** Satisfies `compile`, which needs an optimizer; the trainer never uses it. Holds no tensor. */
export const NO_OPTIMIZER = {
  minimize: () => null,
  computeGradients: () => null,
  applyGradients: () => undefined,
} as unknown as Optimizer
