import { describe, expect, it } from 'vitest'
import { RecordLog } from '../../src/library/record-log.js'

const line = (kind: string, seq: number, more: object = {}) =>
  `${JSON.stringify({ seq, t: 1700000000000, kind, name: kind, step: 0, epoch: 0, ...more })}\n`

function read(text: string): RecordLog {
  const log = new RecordLog()
  log.push(new TextEncoder().encode(text))
  return log
}

describe('records that are no metrics', () => {
  it('are kept in order, metrics are not', () => {
    const text = [line('text', 1), line('metric', 2), line('image', 3)].join('')
    expect(read(text).records.map(({ kind }) => kind)).toEqual(['text', 'image'])
  })

  it('may say "kind":"metric" themselves', () => {
    const text = line('text', 1, { value: '"kind":"metric"' })
    expect(read(text).records).toHaveLength(1)
  })

  it.each(['nonsense\n', '{"kind":"text"}\n', 'null\n', '{"seq":"1"}\n'])('leave out %j', (bad) => {
    const log = read(`${bad}${line('text', 1)}`)
    expect(log.records).toHaveLength(1)
    expect(log.damagedLines).toBe(1)
  })

  it('are the latest 5000', () => {
    const text = Array.from({ length: 5003 }, (_, seq) => line('text', seq)).join('')
    const log = read(text)
    expect(log.records).toHaveLength(5000)
    expect(log.records[0]?.seq).toBe(3)
    expect(log.forgotten).toBe(3)
  })
})
