import v8 from 'node:v8'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type * as wideModules from '../../src/engine/wide-module.js'

const versions = process.versions

beforeEach(() => vi.resetModules())

afterEach(() => {
  vi.restoreAllMocks()
  pretend(versions)
})

it('only Node 24 and later can join vectors', async () => {
  const { canBeWide } = await fresh()
  const other = { ...versions, bun: undefined, deno: undefined }
  for (const [v8, can] of [
    ['12.4.254.21-node.33', false],
    ['13.6.233.17-node.28', true],
    ['14.6.202.34-node.34', true],
  ] as const) {
    pretend({ ...other, v8 })
    expect(canBeWide()).toBe(can)
    pretend({ ...other, v8, bun: '1.4.0' })
    expect(canBeWide()).toBe(false)
    pretend({ ...other, v8, deno: '2.9.0' })
    expect(canBeWide()).toBe(false)
    pretend({ v8 })
    expect(canBeWide()).toBe(false)
  }
})

it('a runtime that refuses flags, or a module that does not compile, has none, and flags are as before', async () => {
  const set = vi.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {
    throw new Error('not here')
  })
  expect((await fresh()).wideModule(Uint8Array.of(1), true)).toBeNull()
  expect(set).toHaveBeenCalledOnce()
  vi.resetModules()
  const flags: string[] = []
  set.mockImplementation((flag) => void flags.push(flag))
  expect((await fresh()).wideModule(Uint8Array.of(1), true)).toBeNull()
  expect(flags).toEqual([
    '--experimental-wasm-revectorize',
    '--no-liftoff',
    '--no-wasm-lazy-compilation',
    '--no-experimental-wasm-revectorize',
    '--liftoff',
    '--wasm-lazy-compilation',
  ])
})

const fresh = (): Promise<typeof wideModules> => import('../../src/engine/wide-module.js')

function pretend(value: object): void {
  Object.defineProperty(process, 'versions', { value, configurable: true, enumerable: true })
}
