import util from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { restoreNodeUtil } from '../src/node-util.js'

const NAMES = ['isArray', 'isNullOrUndefined', 'isUndefined']
const original = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(util, name)] as const)

afterEach(() => {
  for (const [name, descriptor] of original) {
    if (descriptor) Object.defineProperty(util, name, descriptor)
    else Reflect.deleteProperty(util, name)
  }
})

it.each([
  [null, { isArray: false, isNullOrUndefined: true, isUndefined: false }],
  [undefined, { isArray: false, isNullOrUndefined: true, isUndefined: true }],
  [[], { isArray: true, isNullOrUndefined: false, isUndefined: false }],
  [0, { isArray: false, isNullOrUndefined: false, isUndefined: false }],
])('what Node 23 took out of node:util is back: %j', (value, answers) => {
  for (const name of NAMES) Reflect.deleteProperty(util, name)
  restoreNodeUtil()
  const functions = util as unknown as Record<string, (value: unknown) => boolean>
  const found = Object.fromEntries(NAMES.map((name) => [name, functions[name]?.(value)]))
  expect(found).toEqual(answers)
})

it('a CommonJS package sees it, as tfjs-node would', async () => {
  for (const name of NAMES) Reflect.deleteProperty(util, name)
  const { createRequire } = await import('node:module')
  const seen = createRequire(import.meta.url)('util') as Record<string, unknown>
  expect(seen.isNullOrUndefined).toBeUndefined()
  restoreNodeUtil()
  expect(seen.isNullOrUndefined).toBeTypeOf('function')
})

it('what is there stays', () => {
  const own = () => true
  const target = { isArray: own }
  restoreNodeUtil(target)
  expect(target.isArray).toBe(own)
  expect(Object.keys(target)).toEqual(['isArray'])
})
