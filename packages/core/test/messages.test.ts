import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import messages from '../src/floor/messages.json' with { type: 'json' }
import { messageCalls } from './helpers/message-calls.js'

const root = fileURLToPath(new URL('../src', import.meta.url))
const files = (readdirSync(root, { recursive: true }) as string[]).filter((file) =>
  /(?<!\.d)\.ts$/.test(file),
)
const calls = messageCalls(root, files, messages)

it('each call of fail and say gives a value to every placeholder of its text', () => {
  const faults = calls.flatMap(({ place, unfilled }) => unfilled.map((name) => `${place} ${name}`))
  expect(faults).toEqual([])
})

it('no call of fail and say gives a value that its text does not name', () => {
  const faults = calls.flatMap(({ place, unnamed }) => unnamed.map((name) => `${place} ${name}`))
  expect(faults).toEqual([])
})

it('each text of the catalog is used', () => {
  const used = new Set(calls.flatMap(({ keys }) => keys))
  const unused = Object.keys(messages).filter((key) => key.includes('.') && !used.has(key))
  expect(unused).toEqual([])
})
