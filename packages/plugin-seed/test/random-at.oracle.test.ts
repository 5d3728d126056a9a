import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import table from './helpers/random-at.json' with { type: 'json' }

const python = pythonWith('json')

it.skipIf(!python)('the table of random numbers is what Python computes', async () => {
  const script = join(import.meta.dirname, 'helpers', 'random-at.py')
  expect(await ask(python, script)).toEqual(table)
})
