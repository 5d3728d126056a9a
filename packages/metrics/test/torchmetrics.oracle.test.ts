import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { type Tables, tables } from './torchmetrics/tables.js'

const python = pythonWith('torchmetrics')
const script = join(import.meta.dirname, 'torchmetrics', 'tables.py')

it.skipIf(!python)('the tables are what torchmetrics gives here and now', async () => {
  const found = await ask<Tables>(python, script)
  expect(found.data).toEqual(tables.data)
  expect(found.cases.map(({ value: _, ...one }) => one)).toEqual(
    tables.cases.map(({ value: _, ...one }) => one),
  )
  const values = ({ cases, bleus, quantiles }: Tables) =>
    [cases.map(({ value }) => value), bleus.map(({ value }) => value), quantiles.value].flat(4)
  const expected = values(tables) as number[]
  for (const [index, value] of (values(found) as number[]).entries())
    expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5)
})
