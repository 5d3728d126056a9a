import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withSharedMemory } from '../../src/engine/shared-memory.js'

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
/** A section of the module that has nothing to do with memory. */
const custom = (length: number, ...size: number[]) => [
  0,
  ...size,
  1,
  0x78,
  ...Array(length - 2).fill(5),
]
const module = (...sections: number[][]) => Uint8Array.from([...HEADER, ...sections.flat()])
const memory = (...content: number[]) => [5, content.length, ...content]

it.each<[string, Uint8Array, number]>([
  ['at the start', module(memory(1, 1, 1, 2)), 11],
  ['after a section', module(custom(4, 4), memory(1, 1, 1, 2)), 17],
  [
    'after a section whose length takes two bytes',
    module(custom(200, 0xc8, 1), memory(1, 1, 1, 2)),
    214,
  ],
  ['with limits of two bytes', module(memory(1, 1, 0x80, 2, 0x80, 0x80, 4)), 11],
])('changes the one byte of a memory with a maximum %s', (_, bytes, place) => {
  const before = [...bytes]
  const shared = withSharedMemory(bytes) as Uint8Array
  expect([...bytes]).toEqual(before)
  expect([...shared]).toEqual(before.with(place, 3))
  const wasm = new WebAssembly.Module(shared as Uint8Array<ArrayBuffer>)
  expect(wasm).toBeInstanceOf(WebAssembly.Module)
})

it.each<[string, Uint8Array]>([
  ['no memory', module(custom(4, 4))],
  ['no sections', module()],
  ['another format', new TextEncoder().encode('<!doctype html>…')],
  ['a memory without a maximum', module(memory(1, 0, 1))],
  ['a memory that is shared already', module(memory(1, 3, 1, 2))],
  ['two memories', module(memory(2, 1, 1, 2, 1, 1, 2))],
])('leaves a module with %s', (_, bytes) => {
  expect(withSharedMemory(bytes)).toBeUndefined()
})

it("tfjs' own module with SIMD is one that can be shared", () => {
  const { resolve } = createRequire(import.meta.url)
  const folder = join(resolve('@tensorflow/tfjs-backend-wasm/package.json'), '../wasm-out')
  const bytes = readFileSync(join(folder, 'tfjs-backend-wasm-simd.wasm'))
  const shared = withSharedMemory(bytes) as Uint8Array
  const changed = [...shared.keys()].filter((i) => shared[i] !== bytes[i])
  expect(changed).toHaveLength(1)
})
