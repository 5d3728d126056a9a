import * as tf from '@tensorflow/tfjs-core'
import { useBackend } from './use-backend.js'

/**
 * Runs a function and checks that as many tensors are alive afterwards as before.
 *
 * @param fn disposes of all it makes, its result included; may throw
 * @returns what `fn` returned
 * @throws an error with both counts if they differ (its `cause` is what `fn` threw, if it did),
 * else what `fn` threw
 * @example
 * await expectNoTensorLeak(() => runPlugin(seed(1), { metrics: [{ loss: 1 }] }))
 */
export async function expectNoTensorLeak<Result>(
  fn: () => Result | Promise<Result>,
): Promise<Result> {
  await useBackend()
  const before = tf.memory()
  try {
    const result = await fn()
    checkLeak(before)
    return result
  } catch (cause) {
    if (!(cause instanceof TensorLeakError)) checkLeak(before, { cause })
    throw cause
  }
}

class TensorLeakError extends Error {
  override readonly name = 'TensorLeakError'
}

function checkLeak(before: tf.MemoryInfo, options?: ErrorOptions): void {
  const leak = describeLeak(before, tf.memory())
  if (leak === undefined) return
  const thrown = options === undefined ? '' : ', after an error (the cause)'
  throw new TensorLeakError(`${leak}${thrown}.`, options)
}

/** How two counts of tensors differ, in words; `undefined` if they do not. */
export function describeLeak(
  before: Pick<tf.MemoryInfo, 'numTensors' | 'numBytes'>,
  after: Pick<tf.MemoryInfo, 'numTensors' | 'numBytes'>,
): string | undefined {
  const more = after.numTensors - before.numTensors
  if (more === 0) return undefined
  const counts = `${before.numTensors} before, ${after.numTensors} after`
  const noun = Math.abs(more) === 1 ? 'tensor' : 'tensors'
  const bytes = after.numBytes - before.numBytes
  if (more > 0) return `${more} ${noun} (${bytes} bytes) too many are alive: ${counts}`
  return `${-more} ${noun} too few are alive: ${counts}; something was disposed of that is not its own`
}
