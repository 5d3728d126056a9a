import { describe, expect, it } from 'vitest'
import { type BackPressure, type Queued, RecordQueue } from '../../src/record/record-queue.js'
import type { WriterRecord } from '../../src/writer/records.js'

/** `a` is a metric in memory, `a!` one that a disk keeps too, `=a` a parameter. */
function queued(text: string, seq = 0): Queued {
  const name = text.replace(/[=!]/, '')
  const place = { seq, time: 0, step: 0, epoch: 0 }
  const record: WriterRecord = text.startsWith('=')
    ? { ...place, kind: 'parameter', name, value: 1 }
    : { ...place, kind: 'metric', name, value: 1, source: 'train', interval: 'step', group: 0 }
  const segment = text.endsWith('!') ? 1 : undefined
  return { record, isDoubtful: false, segment, isReplayed: false }
}

/** What is left, by place in what was given, and how many were dropped and coalesced. */
function shrunk(policy: BackPressure, limit: number, texts: readonly string[]) {
  const counts = { dropped: 0, coalesced: 0 }
  const queue = new RecordQueue(limit, {
    policy,
    dropped: (count) => {
      counts.dropped += count
    },
    coalesced: (count) => {
      counts.coalesced += count
    },
  })
  for (const [index, text] of texts.entries()) queue.push(queued(text, index))
  queue.shrink()
  const left = queue.take(queue.size).map(({ record }) => record.seq)
  return [left, counts.dropped, counts.coalesced]
}

describe('a queue without room', () => {
  it.each<[BackPressure, number, string[], left: number[], dropped: number, coalesced: number]>([
    ['drop-oldest', 2, [], [], 0, 0],
    ['drop-oldest', 2, ['a', 'b'], [0, 1], 0, 0],
    ['drop-oldest', 2, ['a', 'b', 'c'], [1, 2], 1, 0],
    ['drop-oldest', 0, ['a', 'b'], [], 2, 0],
    ['drop-oldest', 1, ['=a', 'b', 'c'], [0], 2, 0],
    ['drop-oldest', 1, ['=a', '=b', '=c'], [0, 1, 2], 0, 0],
    ['drop-oldest', 1, ['a!', 'b', 'c!'], [0, 2], 1, 0],
    ['coalesce', 2, ['a', 'b', 'a'], [1, 2], 0, 1],
    ['coalesce', 1, ['a', 'b', 'a'], [2], 1, 1],
    ['coalesce', 1, ['a!', 'a', 'a'], [0], 1, 1],
    ['coalesce', 5, ['a', 'a'], [0, 1], 0, 0],
    ['coalesce', 1, ['=a', '=a'], [0, 1], 0, 0],
    ['coalesce', 1, ['__proto__', '__proto__'], [1], 0, 1],
  ])('%s, limit %d: %o', (policy, limit, texts, left, dropped, coalesced) => {
    expect(shrunk(policy, limit, texts)).toEqual([left, dropped, coalesced])
  })
})

describe('a queue', () => {
  it('gives the oldest first, and takes back what could not be delivered', () => {
    const queue = new RecordQueue()
    const all = ['a', 'b', 'c'].map((name, seq) => queued(name, seq))
    for (const each of all) queue.push(each)
    const taken = queue.take(2)
    expect(taken).toEqual(all.slice(0, 2))
    expect([queue.size, queue.isFull]).toEqual([1, false])
    queue.putBack(taken)
    expect([queue.peek(), queue.peek(2), queue.peek(3)]).toEqual([all[0], all[2], undefined])
    expect(queue.take(9)).toEqual(all)
    expect(queue.take(0)).toEqual([])
    expect(queue.peek()).toBeUndefined()
  })

  it('keeps its order beyond the place where it forgets what is gone', () => {
    const queue = new RecordQueue()
    for (let seq = 0; seq < 3000; seq++) queue.push(queued('a', seq))
    for (let seq = 0; seq < 2500; seq++) {
      expect(queue.peek()?.record.seq).toBe(seq)
      queue.shift()
    }
    expect(queue.size).toBe(500)
  })
})
