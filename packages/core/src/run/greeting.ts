import * as tf from '@tensorflow/tfjs-core'

/**
 * Silences tfjs' cpu backend, which in Node greets its first tensor with an advertisement for tfjs-node.
 */
export function silenceGreeting(): void {
  const name = tf.getBackend() || 'cpu'
  const backend: unknown = name === 'cpu' ? tf.findBackend(name) : undefined
  if (backend && 'firstUse' in Object(backend))
    Object.assign(backend, { firstUse: false })
}
