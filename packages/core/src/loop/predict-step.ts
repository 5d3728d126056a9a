import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { disposeAll, forEachTensor } from '../data/containers.js'
import { explaining } from './tfjs-errors.js'

/**
 * Calls a `predictStep`, which may be asynchronous. What it returns is its caller's; other tensors that
 * it made, an asynchronous one those up to its first `await`, are disposed of.
 */
export async function callPredictStep(step: () => unknown): Promise<unknown> {
  const engine = tf.engine()
  engine.startScope('predictStep')
  let output: unknown
  let made: Tensor[] = []
  try {
    output = explaining(step)
    if (isPromise(output)) made = engine.state.activeScope.track.filter(({ kept }) => !kept)
  } catch (thrown) {
    engine.endScope()
    throw thrown
  }
  engine.endScope(isPromise(output) ? made : (output as tf.TensorContainer))
  if (!isPromise(output)) return output
  try {
    const awaited = await output
    forEachTensor(awaited, (tensor) => {
      made = made.filter(({ id }) => id !== tensor.id)
    })
    return awaited
  } finally {
    disposeAll(made)
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value
