import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/record/entry.js'
import { Segments } from '../../src/spool/segments.js'
import { metricsEntry } from '../helpers/entries.js'
import { temporaryFolder } from '../helpers/folder.js'

const seqsIn = (segments: Segments): number[] => {
  const seqs: number[] = []
  for (let found = segments.read(); found.length > 0; found = segments.read()) {
    seqs.push(...found.map(({ entry }) => entry.seq))
  }
  return seqs
}
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('the files of a spool', () => {
  it('give back what was appended, over many files, also to another process', () => {
    const folder = temporaryFolder()
    const segments = new Segments(folder, 2000)
    for (const seq of range(100)) segments.append([metricsEntry(seq)])
    expect(readdirSync(folder).length).toBeGreaterThan(5)
    expect(seqsIn(segments)).toEqual(range(100))
    expect(seqsIn(new Segments(folder))).toEqual(range(100))
  })

  it('are deleted once all their records are delivered, but for the one that is written', () => {
    const folder = temporaryFolder()
    const segments = new Segments(folder, 1000)
    for (const seq of range(30)) segments.append([metricsEntry(seq)])
    const before = readdirSync(folder).length
    for (let found = segments.read(); found.length > 0; found = segments.read()) {
      for (const { segment } of found) segments.release(segment, 1)
    }
    expect(before).toBeGreaterThan(3)
    expect(readdirSync(folder)).toHaveLength(1)
    segments.append([metricsEntry(31)])
    expect(seqsIn(segments)).toEqual([31])
  })

  it('are kept by one record that is not delivered', () => {
    const folder = temporaryFolder()
    const first = new Segments(folder, 1000)
    first.append(range(3).map((seq) => metricsEntry(seq)))
    first.close()
    const second = new Segments(folder, 1000)
    const found = second.read()
    expect(second.read()).toEqual([])
    second.append([metricsEntry(4)])
    expect(seqsIn(second)).toEqual([4])
    for (const { segment } of found.slice(1)) second.release(segment, 1)
    expect(readdirSync(folder)).toHaveLength(2)
    second.release(1, 1)
    expect(readdirSync(folder)).toEqual(['000002.jsonl'])
  })

  it('give every whole line wherever they are cut', () => {
    const folder = temporaryFolder()
    new Segments(folder).append(range(4).map((seq) => metricsEntry(seq)))
    const path = join(folder, '000001.jsonl')
    const text = readFileSync(path, 'utf8')
    for (let end = text.length; end >= 0; end--) {
      truncateSync(path, end)
      const whole = text.slice(0, end).split('\n').length - 1
      const reader = new Segments(folder)
      expect(seqsIn(reader), `cut at ${end}`).toEqual(range(whole))
      expect(reader.damaged).toBe(0)
    }
  })

  it('go on in a new file after a torn one, and lose the torn line only', () => {
    const folder = temporaryFolder()
    new Segments(folder).append([metricsEntry(1)])
    appendFileSync(join(folder, '000001.jsonl'), '{"crc":"0000')
    new Segments(folder).append([metricsEntry(2)])
    expect(seqsIn(new Segments(folder))).toEqual([1, 2])
  })

  it('skip and count lines that are damaged', () => {
    const folder = temporaryFolder()
    new Segments(folder).append([metricsEntry(1)])
    appendFileSync(join(folder, '000001.jsonl'), 'nonsense\n{"crc":"00000000","record":{}}\n')
    const reader = new Segments(folder)
    expect(seqsIn(reader)).toEqual([1])
    expect(reader.damaged).toBe(2)
  })

  it('hold entries that are larger than what is read at a time', () => {
    const folder = temporaryFolder()
    const text = 'ü'.repeat(400_000)
    const large: Entry = {
      kind: 'graph',
      seq: 1,
      time: 0,
      step: 0,
      epoch: 0,
      format: 'text',
      body: text,
    }
    const segments = new Segments(folder)
    segments.append([large, metricsEntry(2)])
    expect(seqsIn(segments)).toEqual([1, 2])
    expect(seqsIn(new Segments(folder))).toEqual([1, 2])
  })
})
