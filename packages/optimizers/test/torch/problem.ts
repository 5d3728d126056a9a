import * as tf from '@tensorflow/tfjs-core'
import { torchTables } from './tables.js'

const names = Object.keys(torchTables.shapes)

/** Multiples of 2^-15 from -1 to below 1, as `tables.py` makes them. */
function numbers(count: number, seed: number): number[] {
  let state = seed * 7919 + 1
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 16) / 2 ** 15 - 1
  })
}

function tensorOf(name: string, seed: number): tf.Tensor {
  const shape = [...(torchTables.shapes[name] ?? [])]
  return tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape)
}

/** Variables of the tables, named as there. */
export function weights(): tf.Variable[] {
  return names.map((name, place) => tf.tidy(() => tf.variable(tensorOf(name, place), true, name)))
}

/** Gradients of a step, counted from 0, without those of the head in some steps. */
export function gradients(step: number, isFrozen = false): tf.NamedTensorMap {
  const known = isFrozen ? names.slice(0, 2) : names
  return Object.fromEntries(
    known.map((name, place) => [name, tensorOf(name, 3 * step + place + 3)]),
  )
}
