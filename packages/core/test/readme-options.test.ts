import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { optionKeys } from '../src/index.js'

it('the table of options in the README names every option of a Trainer and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const names = [...readme.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name)
  expect(names.toSorted()).toEqual(optionKeys.toSorted())
})
