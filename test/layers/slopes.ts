import * as tf from '@tensorflow/tfjs-core'
import { type Built, generator } from './case.js'

const STEP = 2 ** -7
/** Of the largest slope: float32 gives about 1e-4 with this step. */
const TOLERANCE = 3e-3

/**
 * Compares the gradients of a model with finite differences of its output, weighed by fixed numbers
 * and summed in double precision: along single elements and along directions that have a share in
 * every element, for each weight and input. The heap is filled with NaN before each pass.
 *
 * @returns what is wrong, or `undefined`
 */
export function wrongSlopes({ forward, variables }: Built): string | undefined {
  const size = tf.tidy(() => forward().size)
  const next = generator(99)
  const weights = Float32Array.from({ length: size }, () => next() * 2 - 1)
  const value = () => {
    spoilHeap()
    const output = tf.tidy(() => forward().dataSync() as Float32Array)
    return output.reduce((sum, one, i) => sum + one * (weights[i] as number), 0)
  }
  if (!Number.isFinite(value())) return 'the output is not finite'
  if (variables.length === 0) return undefined
  const gradients = gradientsOf(forward, variables, weights)
  for (const [i, gradient] of gradients.entries()) {
    const variable = variables[i] as tf.Variable
    const scale = Math.max(0.05, ...gradient.map(Math.abs))
    for (const direction of directions(gradient.length, i)) {
      const along = (sign: number) => moved(variable, direction, sign * STEP, value)
      const measured = (along(1) - along(-1)) / (2 * STEP)
      const taken = gradient.reduce((sum, one, at) => sum + one * (direction[at] as number), 0)
      const off = Math.abs(measured - taken) / scale
      if (!(off <= TOLERANCE))
        return `${variable.name}: the slope is ${measured.toFixed(4)}, the gradient ${taken.toFixed(4)}`
    }
  }
  return undefined
}

function gradientsOf(
  forward: () => tf.Tensor,
  variables: readonly tf.Variable[],
  weights: Float32Array,
): Float32Array[] {
  spoilHeap()
  return tf.tidy(() => {
    const loss = () => tf.sum(tf.mul(forward(), tf.tensor1d(weights))) as tf.Scalar
    const { grads } = tf.variableGrads(loss, [...variables])
    spoilHeap()
    return variables.map(({ name, shape }) => {
      const gradient = grads[name] as tf.Tensor
      tf.util.assertShapesMatch(gradient.shape, shape, `gradient of ${name}: `)
      return gradient.dataSync() as Float32Array
    })
  })
}

/** Eight single elements, or all where there are fewer, and four directions of length 1. */
function directions(size: number, seed: number): number[][] {
  const next = generator(seed + 1)
  const count = Math.min(size, 8)
  const singles = Array.from({ length: count }, (_, i) => {
    const place = Math.floor((i * size) / count)
    return Array.from({ length: size }, (_, at) => (at === place ? 1 : 0))
  })
  const whole = Array.from({ length: 4 }, () =>
    Array.from({ length: size }, () => (next() < 0.5 ? -1 : 1) / Math.sqrt(size)),
  )
  return [...singles, ...whole]
}

function moved<T>(
  variable: tf.Variable,
  direction: readonly number[],
  by: number,
  call: () => T,
): T {
  const before = variable.dataSync().slice() as Float32Array
  const set = (values: Float32Array) =>
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
  set(before.map((one, i) => one + (direction[i] as number) * by))
  try {
    return call()
  } finally {
    set(before)
  }
}

/** Leaves NaN in the memory that the next tensors are put into. */
function spoilHeap(): void {
  const spoiled = [4, 12, 40, 120, 400, 1200].flatMap((size) =>
    Array.from({ length: 6 }, () => tf.tensor1d(new Float32Array(size).fill(Number.NaN))),
  )
  for (const one of spoiled) one.dataSync()
  tf.dispose(spoiled)
}
