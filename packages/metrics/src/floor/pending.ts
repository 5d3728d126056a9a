import * as tf from '@tensorflow/tfjs-core'
import { valuesAtHand } from './host-values.js'

/** Batches on the device at which they are downloaded together. */
const MOST_WAITING = 64

/**
 * Results of batches on their way to the host, in order. Where tensor memory is host memory they arrive at once;
 * else they stay on the device until somebody asks, or there are 64.
 */
export class Pending {
  readonly #arrived: (values: ArrayLike<number>) => void
  #waiting: tf.Tensor[] = []

  /** @param arrived called with the values of each tensor, in order; it may throw */
  constructor(arrived: (values: ArrayLike<number>) => void) {
    this.#arrived = arrived
  }

  /** Takes a tensor that no tidy may dispose of: it is this object's from now on. */
  add(tensor: tf.Tensor): void {
    const values = valuesAtHand(tensor)
    if (values !== undefined && this.#waiting.length === 0) {
      tensor.dispose()
      this.#arrived(values)
      return
    }
    this.#waiting.push(tf.keep(tensor))
    if (this.#waiting.length >= MOST_WAITING) this.flushNow()
  }

  /** Downloads all that is on the device. */
  async flush(): Promise<void> {
    const waiting = this.#take()
    try {
      const all = await Promise.all(waiting.map((tensor) => tensor.data()))
      for (const values of all) this.#arrived(values as Float32Array)
    } finally {
      tf.dispose(waiting)
    }
  }

  /** The same, blocking. */
  flushNow(): void {
    const waiting = this.#take()
    try {
      for (const tensor of waiting) this.#arrived(tensor.dataSync())
    } finally {
      tf.dispose(waiting)
    }
  }

  /** Forgets what has not arrived. */
  clear(): void {
    tf.dispose(this.#take())
  }

  #take(): tf.Tensor[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }
}
