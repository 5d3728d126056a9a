import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** What of an optimizer is asked for here, of whatever copy of tfjs. */
export interface Optimizer {
  getClassName?(): string
  getConfig(): Readonly<Record<string, unknown>>
  dispose?(): void
}

/**
 * The optimizer that a module is trained with, for its kind and hyperparameters; of a model the one it was compiled
 * with. One that was made for this call is disposed of.
 *
 * @returns nothing if there is none, or several
 */
export function madeOptimizer(
  source: unknown,
  model: LayersModel,
): Optimizer | undefined {
  const { configureOptimizers } = source as { configureOptimizers?: () => unknown }
  if (typeof configureOptimizers !== 'function') return asOptimizer(model.optimizer)
  // A module makes an optimizer for each run, or hands out the same each time, which then is not ours.
  const [first, second] = [configureOptimizers(), configureOptimizers()].map(asOptimizer)
  if (first !== second) for (const made of [first, second]) disposeWhole(made)
  return first
}

/** tfjs' `dispose` forgets the learning rate of Momentum. */
function disposeWhole(optimizer: Optimizer | undefined): void {
  optimizer?.dispose?.()
  for (const value of Object.values(optimizer ?? {})) {
    const { isDisposed, dispose } = Object(value) as Partial<Tensor>
    if (isDisposed === false) dispose?.call(value)
  }
}

function asOptimizer(value: unknown): Optimizer | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (typeof (value as Partial<Optimizer>).getConfig === 'function')
    return value as Optimizer
  const [only, ...others] = Object.values(value)
  return others.length === 0 ? asOptimizer(only) : undefined
}
