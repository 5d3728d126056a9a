import * as tf from '@tensorflow/tfjs-core'

/**
 * tfjs' cpu backend greets its first tensor in Node with an advertisement for tfjs-node; who chose that
 * backend knows.
 */
export function silenceGreeting(): void {
  const name = tf.getBackend() || 'cpu'
  const backend: unknown = name === 'cpu' ? tf.findBackend(name) : undefined
  if (backend && 'firstUse' in Object(backend)) Object.assign(backend, { firstUse: false })
}
