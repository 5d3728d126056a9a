import * as tf from '@tensorflow/tfjs-core'
import type { Json, LoaderTraits } from '../../src/index.js'
import type { LineBatch } from './line.js'

/** A loader with a shuffle per epoch and a position that can be saved, as `@regimen/data` has. */
export function shuffledLine(count: number, batchSize = 3): Iterable<LineBatch> & LoaderTraits {
  let epoch = 0
  let position = 0
  let restored = false
  return {
    size: count,
    state: (): Json => ({ epoch, position }),
    restore(state) {
      ;({ epoch, position } = state as { epoch: number; position: number })
      restored = true
    },
    *[Symbol.iterator]() {
      if (!restored) position = 0
      restored = false
      try {
        while (position < count) {
          const index = (position * 7 + epoch * 5) % count
          position++
          yield shuffledBatch(index * batchSize, batchSize)
        }
      } finally {
        epoch++
        position = 0
      }
    },
  }
}

function shuffledBatch(from: number, size: number): LineBatch {
  const x = Array.from({ length: size }, (_, row) => Math.sin((from + row) * 1.3))
  const y = x.map((value) => 3 * value - 1 + 0.1 * Math.sin(value * 50))
  return { x: tf.tensor2d(x, [size, 1]), y: tf.tensor2d(y, [size, 1]) }
}
