import { format, inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from '../../src/writer/secret.js'

const key = 'super-secret-key-1234'

it.each([
  ['String', (secret: Secret) => String(secret)],
  ['JSON', (secret: Secret) => JSON.stringify({ secret })],
  ['inspect', (secret: Secret) => inspect({ secret }, { showHidden: true, depth: 9 })],
  ['format', (secret: Secret) => format('%s %o %j', secret, secret, secret)],
  ['an error', (secret: Secret) => inspect(new Error(`no: ${secret}`, { cause: { secret } }))],
  ['its keys', (secret: Secret) => JSON.stringify(Object.entries({ ...secret }))],
  ['a copy', (secret: Secret) => inspect(structuredClone(secret))],
])('shows itself nowhere: %s', (_, show) => {
  expect(show(new Secret(key))).not.toContain('secret-key')
})

it('shows its end, and of a short one nothing', () => {
  expect(`${new Secret(key)}`).toBe('***1234')
  expect(`${new Secret('short')}`).toBe('***')
})

it('gives its value to who asks for it', () => {
  expect(new Secret(key).reveal()).toBe(key)
})
