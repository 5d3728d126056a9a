import * as tf from '@tensorflow/tfjs-core'

/** Makes sure that there is an engine: the one in use, else `cpu`, which is registered for the purpose. */
export async function useBackend(): Promise<void> {
  if (tf.getBackend()) return
  if (tf.findBackend('cpu') === null) await import('@tensorflow/tfjs-backend-cpu')
  const engine: object | null = tf.findBackend('cpu')
  // At its first use it would print an advertisement of another engine.
  if (engine && 'firstUse' in engine) engine.firstUse = false
  await tf.setBackend('cpu')
}
