import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../../tooling/oracle-python.js'
import oracle from './networks.json' with { type: 'json' }

const python = pythonWith('torch')

it.skipIf(!python)('the table of networks is what PyTorch computes', async () => {
  const found = await ask<typeof oracle>(python, join(import.meta.dirname, 'networks.py'))
  for (const name of ['convnet', 'mlp'] as const) {
    const [numbers, expected] = [leaves(found[name]), leaves(oracle[name])]
    expect(numbers).toHaveLength(expected.length)
    for (const [i, value] of numbers.entries()) expect(value).toBeCloseTo(expected[i] as number, 7)
  }
})

function leaves(table: object): number[] {
  return Object.values(table).flatMap((value: object | number) =>
    typeof value === 'object' ? leaves(value) : [value],
  )
}
