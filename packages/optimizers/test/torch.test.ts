import '@tensorflow/tfjs-backend-cpu'
import { useWasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Case, cases } from './torch/cases.js'
import { gradients, weights } from './torch/problem.js'
import { torchTables } from './torch/tables.js'

/** The elements of all variables, by the count of steps. */
type Taken = Readonly<Record<string, readonly (readonly number[])[]>>

/** Runs 100 steps, and takes the weights when the tables do. */
function run({ make, isFrozen }: Case): Taken {
  const before = tf.memory().numTensors
  const variables = weights()
  const optimizer = make()
  const taken: Record<string, number[][]> = {}
  for (let step = 0; step < 100; step++) {
    const given = gradients(step, isFrozen?.(step))
    optimizer.applyGradients(given)
    tf.dispose(given)
    if ([1, 2, 10, 100].includes(step + 1))
      taken[step + 1] = variables.map((variable) => [...variable.dataSync()])
  }
  optimizer.dispose()
  tf.dispose(variables)
  expect(tf.memory().numTensors).toBe(before)
  return taken
}

/** The largest difference, relative to the largest element of each variable. */
function difference(found: Taken[string], expected: Taken[string]): number {
  const ofVariables = expected.map((elements, variable) => {
    const others = found[variable] ?? []
    const deltas = elements.map((element, i) => Math.abs(element - (others[i] ?? Number.NaN)))
    return Math.max(...deltas) / Math.max(...elements.map(Math.abs))
  })
  return Math.max(...ofVariables)
}

const names = Object.keys(cases)
const byOperations: Record<string, Taken> = {}
const byKernel: Record<string, Taken> = {}
beforeAll(async () => {
  await tf.setBackend('cpu')
  for (const [name, one] of Object.entries(cases)) byOperations[name] = run(one)
  await useWasm()
  for (const [name, one] of Object.entries(cases)) byKernel[name] = run(one)
})

it('there is a case for each table', () => {
  expect(names).toEqual(Object.keys(torchTables.weights))
})

describe.each([
  ['operations of tfjs', byOperations],
  ['the kernel', byKernel],
])('by %s', (_, found) => {
  it.each(names)('%s leads to the weights of the table, to 1e-6', (name) => {
    for (const [step, expected] of Object.entries(torchTables.weights[name] ?? {})) {
      const error = difference(found[name]?.[step] ?? [], expected)
      expect(error, `step ${step}`).toBeLessThan(1e-6)
    }
  })
})

it.each(names)(
  '%s has the same bits by the kernel as by operations, but for norms of LAMB',
  (name) => {
    if (!name.startsWith('lamb')) expect(byKernel[name]).toEqual(byOperations[name])
    else
      for (const [step, expected] of Object.entries(byOperations[name] ?? {}))
        expect(difference(byKernel[name]?.[step] ?? [], expected)).toBeLessThan(1e-6)
  },
)
