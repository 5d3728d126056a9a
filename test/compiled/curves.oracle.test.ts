import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../tooling/oracle-python.js'
import table from './curves.json' with { type: 'json' }

const python = pythonWith('torch')

it.skipIf(!python)('the table of curves is what PyTorch computes', async () => {
  const found = await ask<typeof table>(python, join(import.meta.dirname, 'curves.py'))
  const [numbers, expected] = [leaves({ ...found, source: 0 }), leaves({ ...table, source: 0 })]
  expect(numbers.map(([path]) => path)).toEqual(expected.map(([path]) => path))
  for (const [index, [path, value]] of numbers.entries()) {
    expect(value, path).toBeCloseTo(expected[index]?.[1] ?? Number.NaN, 6)
  }
})

/** The numbers of a table with their places. */
function leaves(tree: object, place = ''): [place: string, value: number][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${place}/${key}`)
      : [[`${place}/${key}`, Number(value)] as [string, number]],
  )
}
