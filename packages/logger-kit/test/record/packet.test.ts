import type { LogRecord } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import type { LooseEntry } from '../../src/record/entry.js'
import { recordsOf } from '../../src/record/entry.js'
import { Packer, Unpacker } from '../../src/record/packet.js'

const at = (step: number) => ({
  stage: 'fit' as const,
  epoch: 1,
  step,
  batch: 0,
  samples: 0,
  time: 7,
})
const metrics = (values: Record<string, number>, step = 0) =>
  ({
    ...at(step),
    kind: 'metrics',
    source: 'validation',
    interval: 'epoch',
    values,
  }) satisfies LogRecord
const text = (seq: number): LooseEntry => ({
  ...{ kind: 'text', seq, time: 7, step: 0, epoch: 1, name: 'n', text: 't', format: 'plain' },
})

describe('a packet', () => {
  it('carries every number exactly, and where it comes from', () => {
    const values = {
      a: Number.NaN,
      b: -0,
      c: 5e-324,
      d: Number.POSITIVE_INFINITY,
      'ü/🙂': 2 ** 53 + 2,
    }
    const packer = new Packer()
    expect(packer.pushMetrics(metrics(values, 2 ** 53), 41)).toBe(5)
    const [entry] = new Unpacker().unpack(packer.take())
    expect(entry).toEqual({
      ...{ kind: 'metrics', seq: 41, time: 7, step: 2 ** 53, epoch: 1 },
      ...{ source: 'validation', interval: 'epoch' },
      ...{ names: Object.keys(values), values: Object.values(values) },
    })
  })

  it('keeps the order of all kinds, over many packets and more numbers than it had room for', () => {
    const packer = new Packer()
    const unpacker = new Unpacker()
    const found: LooseEntry[] = []
    let seq = 1
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 2000; index++) {
        if (index % 3 === 0) packer.push(text(seq++))
        seq += packer.pushMetrics(metrics({ [`m${index % 7}`]: seq, loss: round }), seq)
      }
      const packet = packer.take()
      found.push(...unpacker.unpack(structuredClone(packet, { transfer: [packet.numbers.buffer] })))
    }
    const seqs = found.flatMap((entry) =>
      entry.kind === 'metrics' ? recordsOf(entry).map((record) => record.seq) : [entry.seq],
    )
    expect(seqs).toEqual(Array.from({ length: seq - 1 }, (_, index) => index + 1))
    const last = found.at(-1)
    expect(last).toMatchObject({ names: ['m4', 'loss'], values: [seq - 2, 4] })
  })

  it('leaves out what is no number, and entries of nothing else', () => {
    const packer = new Packer()
    expect(packer.pushMetrics(metrics({ a: 'x' as never, b: 1 }), 1)).toBe(1)
    expect(packer.pushMetrics(metrics({}), 2)).toBe(0)
    expect(new Unpacker().unpack(packer.take())).toMatchObject([{ names: ['b'], values: [1] }])
  })
})
