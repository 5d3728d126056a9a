import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/record/entry.js'
import { decodeEntry, encodeEntry } from '../../src/spool/codec.js'
import { metricsEntry } from '../helpers/entries.js'

const base = { seq: 3, time: 5, step: 1, epoch: 0 }
const entries: Entry[] = [
  metricsEntry(1, { loss: 0.1, 'a "quoted" ü\n': Number.NaN, up: Number.POSITIVE_INFINITY }),
  metricsEntry(2, { down: Number.NEGATIVE_INFINITY, zero: -0, tiny: 5e-324, big: 1.7e308 }),
  { ...base, kind: 'parameters', names: ['a', 'b', 'c'], values: [Number.NaN, null, 'NaN'] },
  { ...base, kind: 'text', name: 'n', text: 'two\nlines "and" more', format: 'markdown' },
  { ...base, kind: 'histogram', name: 'h', edges: [0, Number.POSITIVE_INFINITY], counts: [3] },
  { ...base, kind: 'graph', format: 'text', body: '\u2028 a -> b' },
  { ...base, seq: -4, kind: 'other', name: 'tags', value: { add: ['x'], $number: 'not one' } },
]

describe('a line of the spool', () => {
  it.each(entries)('gives back what it was made from: %o', (entry) => {
    const line = encodeEntry(entry)
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(decodeEntry(line.slice(0, -1))).toEqual(entry)
    expect(() => JSON.parse(line)).not.toThrow()
  })

  it('is refused when it was cut anywhere', () => {
    const line = encodeEntry(entries[0] as Entry).slice(0, -1)
    for (let end = 0; end < line.length; end++)
      expect(decodeEntry(line.slice(0, end))).toBeUndefined()
  })

  it('is refused when any bit of it is another', () => {
    const bytes = Buffer.from(encodeEntry(metricsEntry(7)).slice(0, -1))
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit % 8))
      expect(decodeEntry(damaged.toString('utf8')), `bit ${bit}`).toBeUndefined()
    }
  })
})
