import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTiles } from '../src/gemm.js'
import { gemmModule } from '../src/gemm-module.js'
import type { WasmBackend } from '../src/heap.js'
import { fasterTiles } from '../src/matmul.js'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'

beforeAll(prepare)

const backend = () => tf.backend() as unknown as WasmBackend

it('is a small valid module', () => {
  const bytes = gemmModule()
  expect(WebAssembly.validate(bytes)).toBe(true)
  expect(bytes.length).toBeLessThan(1024)
})

it('is made once per engine', () => {
  expect(loadTiles(backend())).toBe(loadTiles(backend()))
  expect(loadTiles(backend())?.tile4).toBeTypeOf('function')
})

it('stays away from engines with threads and from engines it does not know', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  expect(loadTiles({ wasm: { asm: { memory } } } as unknown as WasmBackend)).toBeNull()
  expect(loadTiles({ wasm: {} } as unknown as WasmBackend)).toBeNull()
})

describe.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('transposeA=%s, transposeB=%s', (transposeA, transposeB) => {
  // rows and columns around whole tiles of 4 by 8, summands around a pass of 512
  it.each([
    [64, 1, 8],
    [65, 3, 7],
    [66, 511, 9],
    [67, 512, 16],
    [69, 513, 1],
    [80, 1100, 23],
  ])('%i x %i by %i equals cpu', async (rows, inner, columns) => {
    await expectSameAsCpu(() =>
      tf.matMul(
        random(transposeA ? [inner, rows] : [rows, inner], 1),
        random(transposeB ? [columns, inner] : [inner, columns], 2),
        transposeA,
        transposeB,
      ),
    )
  })

  it.each([
    [[3], [3]],
    [[3], [1]],
    [[1], [3]],
  ])('stacks %j and %j equal cpu', async (batchA, batchB) => {
    await expectSameAsCpu(() => {
      const a = random([...batchA, ...(transposeA ? [6, 66] : [66, 6])], 1)
      const b = random([...batchB, ...(transposeB ? [11, 6] : [6, 11])], 2)
      return kernel('BatchMatMul', { a, b }, { transposeA, transposeB })
    })
  })
})

it('leaves few untransposed rows to XNNPACK, which keeps packed weights', () => {
  const shape = { rows: 63, inner: 1, columns: 1, batchA: [], batchB: [], batch: [] }
  const straight = { transposeA: false, transposeB: false }
  expect(fasterTiles(backend(), straight, shape)).toBeNull()
  expect(fasterTiles(backend(), straight, { ...shape, rows: 64 })).not.toBeNull()
  expect(fasterTiles(backend(), { ...straight, transposeB: true }, shape)).not.toBeNull()
})

it('carries NaN and infinity to the rows and columns they belong to', () => {
  tf.tidy(() => {
    const a = tf.buffer([70, 5])
    a.set(Number.NaN, 3, 2)
    a.set(Number.POSITIVE_INFINITY, 18, 1)
    const sums = tf.matMul(a.toTensor(), tf.ones([5, 9])).arraySync() as number[][]
    expect(sums[3]).toEqual(Array(9).fill(Number.NaN))
    expect(sums[18]).toEqual(Array(9).fill(Number.POSITIVE_INFINITY))
    expect(sums[4]).toEqual(Array(9).fill(0))
  })
})
