import { describe, expect, it } from 'vitest'
import { layOut, parseHeader, tensorInfos, tensorsIn } from '../src/safetensors.js'
import written from './safetensors/written.json' with { type: 'json' }

const tensors = {
  'b/flags': { dtype: 'bool' as const, shape: [3], data: Uint8Array.of(1, 0, 1) },
  z: { dtype: 'float32' as const, shape: [2, 1], data: Float32Array.of(-0, Number.NaN) },
  a: { dtype: 'int32' as const, shape: [], data: Int32Array.of(-7) },
  empty: { dtype: 'float32' as const, shape: [0, 5], data: new Float32Array() },
}

function whole(names = tensors as Parameters<typeof layOut>[0]): Uint8Array {
  const { head, body } = layOut(names, { note: 'ä' })
  return Buffer.concat([head, ...body.map((data) => Buffer.from(data.buffer))])
}

describe('a safetensors file', () => {
  it('begins with the length of a header that ends at a multiple of 8 bytes', () => {
    const { head } = layOut(tensors, { note: 'x' })
    expect(head.length % 8).toBe(0)
    expect(new DataView(head.buffer).getBigUint64(0, true)).toBe(BigInt(head.length - 8))
    expect(head[8]).toBe('{'.charCodeAt(0))
  })

  it('has the widest numbers first, then names in order, without gaps', () => {
    const file = whole()
    const { infos, size } = tensorInfos(parseHeader(file))
    expect(
      Object.entries(infos).map(([name, { data_offsets }]) => [name, ...data_offsets]),
    ).toEqual([
      ['a', 0, 4],
      ['empty', 4, 4],
      ['z', 4, 12],
      ['b/flags', 12, 15],
    ])
    expect(size).toBe(file.length)
  })

  it('is the same whatever the order of the tensors', () => {
    const turned = Object.fromEntries(Object.entries(tensors).reverse())
    expect(whole(turned)).toEqual(whole())
  })

  it('gives back what was put in, with -0 and NaN', () => {
    const file = whole()
    const header = parseHeader(file)
    expect(header.metadata).toEqual({ note: 'ä' })
    expect(tensorsIn(file, header, tensorInfos(header))).toEqual(tensors)
  })

  it('of Python has the same tensors', () => {
    const file = Buffer.from(written.file, 'base64')
    const header = parseHeader(file)
    expect(header.metadata).toEqual({ note: 'ä' })
    expect(tensorsIn(file, header, tensorInfos(header))).toEqual(tensors)
  })

  it('refuses a tensor with a wrong number of values', () => {
    const short = { x: { dtype: 'float32' as const, shape: [3], data: new Float32Array(2) } }
    expect(() => layOut(short, {})).toThrow(/"x" \[3\] has 2 values/)
  })
})
