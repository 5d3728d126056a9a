import { expect, it } from 'vitest'
import { rangesOf, SeqSet } from '../../src/spool/acks.js'

it('is the set that it stands for, in whatever order ranges come', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % below
  }
  for (let round = 0; round < 50; round++) {
    const set = new SeqSet()
    const plain = new Set<number>()
    for (let step = 0; step < 40; step++) {
      const first = random(120) - 60
      const last = first + random(8)
      set.add(first, last)
      for (let seq = first; seq <= last; seq++) plain.add(seq)
      for (let seq = -70; seq < 80; seq++) expect(set.has(seq)).toBe(plain.has(seq))
    }
  }
})

it('knows whether it is empty', () => {
  const set = new SeqSet()
  expect(set.isEmpty).toBe(true)
  set.add(3)
  expect(set.isEmpty).toBe(false)
})

it.each([
  [[], []],
  [[4], [[4, 4]]],
  [
    [1, 2, 3, 7, 8, 2],
    [
      [1, 3],
      [7, 8],
      [2, 2],
    ],
  ],
  [
    [-3, -2, 1],
    [
      [-3, -2],
      [1, 1],
    ],
  ],
])('%j as ranges', (seqs, ranges) => {
  expect(rangesOf(seqs)).toEqual(ranges)
})
