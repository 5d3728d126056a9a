import { expect, it } from 'vitest'
import { layOut, programWords } from '../../src/capture/program-words.js'
import type { Storage } from '../../src/capture/recording.js'
import { Op } from '../../src/engine/op.js'
import { operation, product, unary } from '../support/operations.js'

it('writes header, addresses to be set, integers and floats', () => {
  const operations = [
    operation(Op.sum, { tasks: 3, writes: [1], reads: [0, 0], integers: [7, -1], floats: [1.5] }),
    operation(Op.fill, { writes: [0], integers: [2 ** 32 - 1] }),
  ]
  const { words, places, drawPlaces } = programWords(operations)
  const float = new Int32Array(Float32Array.of(1.5).buffer)[0]
  expect([...words]).toEqual([...[Op.sum, 9, 3, 0, 0, 0, 7, -1, float], ...[Op.fill, 5, 1, 0, -1]])
  expect(places).toEqual(
    new Map([
      [1, [3]],
      [0, [4, 5, 12]],
    ]),
  )
  expect(drawPlaces.size).toBe(0)
})

it('knows where a drawn integer stands, before the floats', () => {
  const random = (draw: number) =>
    operation(Op.randomDropout, { writes: [1], integers: [4, 9], floats: [0.5], draw })
  const { words, drawPlaces } = programWords([random(1), random(0)])
  const places = [drawPlaces.get(1), drawPlaces.get(0)] as number[]
  expect(places).toEqual([5, 12])
  expect(places.map((place) => words[place])).toEqual([9, 9])
})

const computed = (bytes = 64): Storage => ({ kind: 'computed', bytes })
const held: Storage = { kind: 'held', bytes: 64, dataId: {} }
const constant: Storage = { kind: 'constant', bytes: 64, values: new Uint8Array(64) }

it('lays out what is computed and constant, not what is held or given away', () => {
  const operations = [unary(1, 0), product(2, [1, 4]), unary(3, 2)]
  const storages = [held, computed(), computed(), computed(), constant]
  const { offsets, bytes } = layOut(operations, storages, new Set([3]))
  expect([...offsets.keys()].sort()).toEqual([1, 2, 4])
  expect(new Set(offsets.values()).size).toBe(3)
  expect(bytes).toBe(192)
})

it('uses the place of a storage again after its last reader', () => {
  const operations = [unary(1, 0), unary(2, 1), unary(3, 2), unary(4, 3), unary(5, 1)]
  const storages = [held, ...Array.from({ length: 5 }, () => computed())]
  const { offsets, bytes } = layOut(operations, storages, new Set([5]))
  expect(bytes).toBe(192)
  expect(offsets.get(4)).toBe(offsets.get(2))
  expect(offsets.get(1)).not.toBe(offsets.get(4))
})

it('keeps constants in places of their own for later runs', () => {
  const operations = [unary(1, 4), unary(2, 1), unary(3, 2)]
  const storages = [held, computed(), computed(), computed(), constant]
  const { offsets } = layOut(operations, storages, new Set([3]))
  const others = [1, 2].map((number) => offsets.get(number))
  expect(others).not.toContain(offsets.get(4))
})
