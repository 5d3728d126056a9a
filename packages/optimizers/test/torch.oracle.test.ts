import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { type TorchTables, torchTables } from './torch/tables.js'

const python = pythonWith('torch')
const script = join(import.meta.dirname, 'torch', 'tables.py')

it.skipIf(!python)('the tables are what PyTorch and the papers give here and now', async () => {
  const found = await ask<TorchTables>(python, script)
  expect(found.shapes).toEqual(torchTables.shapes)
  expect(Object.keys(found.weights)).toEqual(Object.keys(torchTables.weights))
  for (const [name, taken] of Object.entries(torchTables.weights)) {
    const expected = Object.values(taken).flat(2)
    const others = Object.values(found.weights[name] ?? {}).flat(2)
    expect(others).toHaveLength(expected.length)
    for (const [index, value] of expected.entries())
      expect(Math.abs(value - (others[index] ?? Number.NaN)), name).toBeLessThan(1e-6)
  }
})
