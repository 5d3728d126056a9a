import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../tooling/oracle-python.js'
import oracle from './oracle.json' with { type: 'json' }

const python = pythonWith('torch')

it.skipIf(!python)(
  'the table of losses, metrics and optimizers is what PyTorch computes',
  async () => {
    const found = await ask<typeof oracle>(python, join(import.meta.dirname, 'oracle.py'))
    const numbers = leaves({ ...found, source: 0 })
    const expected = leaves({ ...oracle, source: 0 })
    expect(numbers.map(([path]) => path)).toEqual(expected.map(([path]) => path))
    for (const [index, [path, value]] of numbers.entries()) {
      expect(value, path).toBeCloseTo(expected[index]?.[1] ?? Number.NaN, 12)
    }
  },
)

/** The numbers of a table with their places. */
function leaves(table: object, place = ''): [place: string, value: number][] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${place}/${key}`)
      : [[`${place}/${key}`, Number(value)] as [string, number]],
  )
}
