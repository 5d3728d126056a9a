import '@tensorflow/tfjs-backend-cpu'
import { installGradients } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, expect } from 'vitest'

let before = 0

/** Runs a file's tests on the cpu engine; each must end with the tensors that it began with. */
export function onCpu(): void {
  beforeAll(async () => {
    await tf.setBackend('cpu')
    installGradients()
  })
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before)
  })
}

/** Variables of one element by name, all 1. */
export function ones<Name extends string>(...names: Name[]): Record<Name, tf.Variable> {
  const entries = names.map((name) => [name, tf.tidy(() => tf.variable(tf.ones([1]), true, name))])
  return Object.fromEntries(entries)
}

/** One step with the gradient 1 for some variables. */
export function step(optimizer: tf.Optimizer, ...names: string[]): void {
  tf.tidy(() => {
    const gradients = names.map((name) => [name, tf.ones([1])])
    optimizer.applyGradients(Object.fromEntries(gradients))
  })
}

/** The only element of a variable. */
export function elementOf(variable: tf.Variable): number {
  return variable.dataSync()[0] ?? Number.NaN
}
