import type { Tensor } from '@tensorflow/tfjs-core'
import { forEachTensor } from '../data/containers.js'

/** What a step returned besides metrics, and which of its tensors the step made. */
export interface StepResult {
  readonly output: unknown
  readonly owned: readonly Tensor[]
}

/**
 * Tensors of an output that its step made. Those of the batch, of the model, and what the module keeps
 * itself stay whose they are.
 *
 * @param firstId ids of tensors that the step makes are larger
 */
export function madeSince(firstId: number, output: unknown): Tensor[] {
  const made: Tensor[] = []
  forEachTensor(output, (tensor) => {
    if (tensor.id > firstId && !tensor.kept) made.push(tensor)
  })
  return made
}
