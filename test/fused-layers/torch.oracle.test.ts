import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../tooling/oracle-python.js'
import oracle from './oracle.json' with { type: 'json' }

const python = pythonWith('torch')

it.skipIf(!python)('the table of recurrent layers is what PyTorch computes', async () => {
  const found = await ask<typeof oracle>(python, join(import.meta.dirname, 'oracle.py'))
  const numbers = leaves({ ...found, source: 0 })
  const expected = leaves({ ...oracle, source: 0 })
  expect(numbers).toHaveLength(expected.length)
  for (const [i, value] of numbers.entries()) expect(value).toBeCloseTo(expected[i] as number, 12)
})

function leaves(table: object): number[] {
  return Object.values(table).flatMap((value: object | number) =>
    typeof value === 'object' ? leaves(value) : [value],
  )
}
