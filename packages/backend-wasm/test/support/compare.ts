import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { useWasm } from '../../src/load.js'

/** Makes the wasm engine current, with the cpu backend registered beside it. */
export async function prepare(): Promise<void> {
  await useWasm()
}

/** Numbers in [-1, 1) that are the same in every run. */
function numbers(length: number, seed = 1): Float32Array {
  let state = seed * 2654435761
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

/** A float32 tensor of {@link numbers}. */
export function random(shape: readonly number[], seed = 1): tf.Tensor {
  return tf.tensor(numbers(tf.util.sizeFromShape([...shape]), seed), [...shape], 'float32')
}

/** An int32 tensor with values from 0 to `limit - 1`. */
export function randomInt(shape: readonly number[], limit: number, seed = 1): tf.Tensor {
  const values = numbers(tf.util.sizeFromShape([...shape]), seed)
  return tf.tensor(
    Int32Array.from(values, (x) => Math.floor(((x + 1) / 2) * limit)),
    [...shape],
    'int32',
  )
}

/** Runs a kernel of the current backend by name. */
export function kernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: tf.NamedAttrMap = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes)
}

interface Result {
  readonly shape: number[]
  readonly dtype: string
  readonly values: Float32Array
}

/** Largest difference, as a share of the largest magnitude expected. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    const value = expected[i] as number
    largest = Math.max(largest, Math.abs(value))
    const delta = Math.abs((actual[i] as number) - value)
    difference = Number.isNaN(delta) ? Number.POSITIVE_INFINITY : Math.max(difference, delta)
  }
  return difference === 0 ? 0 : difference / largest
}

/** Computes the same on cpu and on wasm and expects equal results, and nothing left behind on wasm. */
export async function expectSameAsCpu(
  compute: () => tf.Tensor | tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  await tf.setBackend('cpu')
  const expected = results(compute)
  await tf.setBackend('wasm')
  const before = footprint()
  const actual = results(compute)
  expect(footprint()).toEqual(before)
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  )
  actual.forEach(({ values }, i) => {
    expect(relativeError(values, (expected[i] as Result).values)).toBeLessThanOrEqual(tolerance)
  })
}

/** What is alive: tensors, buffers as tfjs counts them, buffers as the engine counts them. */
export function footprint(): { tensors: number; buffers: number; entries: number } {
  const { numTensors, numDataBuffers } = tf.memory()
  return { tensors: numTensors, buffers: numDataBuffers, entries: tf.backend().numDataIds() }
}

function results(compute: () => tf.Tensor | tf.Tensor[]): Result[] {
  return tf.tidy(() =>
    [compute()].flat().map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: Float32Array.from(tensor.dataSync()),
    })),
  ) as unknown as Result[]
}
