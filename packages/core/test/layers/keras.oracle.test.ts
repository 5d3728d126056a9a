import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../../tooling/oracle-python.js'
import tables from './keras/tables.json' with { type: 'json' }

// Without it Keras looks for TensorFlow.
process.env.KERAS_BACKEND ??= 'torch'
const python = pythonWith('keras')
const script = join(import.meta.dirname, 'keras', 'tables.py')

it.skipIf(!python)('the tables are what Keras gives here and now', async () => {
  const { source: _, cases, ...data } = await ask<typeof tables>(python, script)
  const { source: __, cases: expected, ...known } = tables
  expect(data).toEqual(known)
  for (const [name, { history, weights }] of Object.entries(expected)) {
    const found = cases[name as keyof typeof cases]
    const pairs = [
      ...Object.entries(history).map(([metric, values]) => [
        values,
        (found.history as Readonly<Record<string, readonly number[]>>)[metric] ?? [],
      ]),
      ...weights.map((values, index) => [values, found.weights[index] ?? []]),
    ]
    for (const [values = [], others = []] of pairs)
      for (const [index, value] of values.entries()) expect(others[index]).toBeCloseTo(value, 5)
  }
})
