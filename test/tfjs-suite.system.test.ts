import { describe, expect, it } from 'vitest'
import { compare, pruned } from '../tooling/tfjs-suite/compare.mjs'

const passed = (name: string) => ({ name, status: 'passed', why: '' })
const failed = (name: string, why = 'no kernel') => ({ name, status: 'failed', why })
const groups = [
  { reason: 'no kernel', specs: ['fft', 'ifft'] },
  { reason: 'strings', specs: ['tile'] },
]

describe("the comparison of tfjs' specs with the list of those known to fail", () => {
  it('takes what is listed as known', () => {
    const found = compare([passed('add'), failed('fft'), failed('ifft'), failed('tile')], groups)
    expect(found).toEqual({ ran: 4, held: 1, known: 3, unexpected: [], mended: [], unknown: [] })
  })

  it('names a failure that is not listed, with why', () => {
    const results = [failed('add', 'is 3'), failed('fft'), failed('ifft'), failed('tile')]
    expect(compare(results, groups).unexpected).toEqual([['add', 'is 3']])
  })

  it('tells what is listed and passes now, and what there is no spec of', () => {
    const found = compare([failed('fft'), passed('tile')], groups)
    expect(found).toMatchObject({ mended: ['tile'], unknown: ['ifft'] })
    expect(pruned(groups, found)).toEqual([{ reason: 'no kernel', specs: ['fft'] }])
  })

  it('takes one of several specs of a name as all of them', () => {
    const results = [failed('fft'), passed('fft'), failed('add'), passed('add')]
    const found = compare(results, groups)
    expect(found.mended).toEqual([])
    expect(found.unexpected.map(([name]) => name)).toEqual(['add'])
  })

  it('does not count a spec that was skipped as one that ran', () => {
    expect(compare([{ name: 'fft', status: 'pending', why: '' }], groups).ran).toBe(0)
  })
})
