import * as tf from '@tensorflow/tfjs-core'
import type { GradientCase } from './case.js'

/** Numbers in [-1, 1) of which no two in one tensor are near each other, nor any near 0. */
function numbers(size: number, seed: number): Float32Array {
  const gap = 2 / (size + 1)
  const stride = [7919, 104729, 1299709][seed % 3] as number
  return Float32Array.from({ length: size }, (_, i) => {
    const place = (i * stride + seed) % size
    return -1 + gap * (place + 0.75) + seed * 0.0037
  })
}

interface Compared {
  readonly operand: number
  readonly gradient: number[]
  readonly expected: number[]
}

/** The gradients of an operation on the current backend, beside central differences of its values. */
export function compared({ f, shapes, step }: GradientCase): Compared[] {
  const operands = shapes.map((shape, i) => numbers(tf.util.sizeFromShape(shape), i))
  const make = (values: Float32Array[]) =>
    values.map((array, i) => tf.tensor(Float32Array.from(array), shapes[i] as number[]))
  const dy = tf.tidy(() => numbers(f(...make(operands)).size, 2))
  const loss = (values: Float32Array[]) => {
    const y = tf.tidy(() => f(...make(values)).dataSync())
    return Array.from(y).reduce((sum, value, i) => sum + value * (dy[i] as number), 0)
  }
  const gradients = tf.tidy(() => {
    const x = make(operands)
    const y = f(...x)
    return tf
      .grads(f)(x, tf.tensor(Float32Array.from(dy), y.shape))
      .map((gradient) => [...gradient.dataSync()])
  })
  return operands.map((values, operand) => ({
    operand,
    gradient: gradients[operand] as number[],
    expected: Array.from(values, (_, i) => {
      const moved = (by: number) =>
        operands.map((array, j) =>
          j === operand ? array.map((value, k) => (k === i ? value + by : value)) : array,
        )
      return (loss(moved(step)) - loss(moved(-step))) / (2 * step)
    }),
  }))
}

/** Largest difference, as a share of the largest value expected. */
export function distance({ gradient, expected }: Compared): number {
  const largest = Math.max(...expected.map(Math.abs), 1e-3)
  const off = expected.map((value, i) => Math.abs((gradient[i] ?? Number.NaN) - value))
  const isWhole = gradient.length === expected.length && off.every(Number.isFinite)
  return isWhole ? Math.max(...off) / largest : Number.POSITIVE_INFINITY
}
