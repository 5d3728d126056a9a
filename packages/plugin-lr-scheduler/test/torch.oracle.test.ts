import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { largestDifference, type TorchTables, torchTables } from './torch/tables.js'

const python = pythonWith('torch')
const script = join(import.meta.dirname, 'torch', 'tables.py')

const TEN_MINUTES = 600_000

it.skipIf(!python)(
  'the tables are what PyTorch computes here and now',
  { timeout: TEN_MINUTES },
  async () => {
    const found = await ask<TorchTables>(python, script)
    expect(Object.keys(found.schedules)).toEqual(Object.keys(torchTables.schedules))
    for (const [name, rates] of Object.entries(torchTables.schedules)) {
      expect([name, largestDifference(found.schedules[name] ?? [], rates) < 1e-12]).toEqual([
        name,
        true,
      ])
    }
    expect(found.plateaus.map(({ name }) => name)).toEqual(
      torchTables.plateaus.map(({ name }) => name),
    )
    for (const [index, { cases }] of torchTables.plateaus.entries()) {
      for (const [place, { options, rates }] of cases.entries()) {
        const other = found.plateaus[index]?.cases[place]
        expect(other?.options).toEqual(options)
        expect(largestDifference(other?.rates ?? [], rates)).toBeLessThan(1e-12)
      }
    }
  },
)
