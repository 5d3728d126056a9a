import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Backlog } from '../../src/spool/backlog.js'
import { RunFolder } from '../../src/spool/run-folder.js'
import { metricsEntry } from '../helpers/entries.js'
import { temporaryFolder } from '../helpers/folder.js'

const manifest = {
  ...({ format: 1, runId: 'a', id: 'x-logger', name: 'x-logger', startedAt: 1 } as const),
  ...{ module: 'file:///x.js', options: {}, state: {} },
}
const range = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at)

function backlogOf(
  limit: number,
  folder?: RunFolder,
  policy: 'coalesce' | 'drop-oldest' = 'coalesce',
) {
  const told = { dropped: 0, coalesced: 0, diskErrors: 0 }
  const backlog = new Backlog({
    ...{ limit, folder, doubtful: 0, mayRepeat: () => true },
    overflow: {
      policy,
      dropped(count) {
        told.dropped += count
      },
      coalesced(count) {
        told.coalesced += count
      },
    },
    onDiskError: () => void told.diskErrors++,
  })
  return { backlog, told }
}

function drain(backlog: Backlog) {
  const seqs: number[] = []
  const replayed: number[] = []
  for (let next = backlog.peek(); next; next = backlog.peek()) {
    seqs.push(next.record.seq)
    if (next.isReplayed) replayed.push(next.record.seq)
    backlog.shift()
  }
  return { seqs, replayed }
}

describe('a backlog with a spool', () => {
  it('keeps in memory what fits and gives the rest back from disk, in order', () => {
    const folder = RunFolder.begin(`${temporaryFolder()}/a`, manifest)
    const { backlog } = backlogOf(10, folder)
    for (const seq of range(100)) expect(backlog.push([metricsEntry(seq)])).toBe(true)
    expect(backlog.size).toBe(10)
    const { seqs, replayed } = drain(backlog)
    expect(seqs).toEqual(range(100))
    expect(replayed).toEqual(range(90, 11))
    expect(backlog.isEmpty).toBe(true)
    backlog.push([metricsEntry(101)])
    expect(drain(backlog)).toEqual({ seqs: [101], replayed: [] })
    folder.remove()
  })

  it('takes turns between memory and disk without losing or repeating any', () => {
    const folder = RunFolder.begin(`${temporaryFolder()}/a`, manifest)
    const { backlog } = backlogOf(3, folder)
    const seqs: number[] = []
    for (const seq of range(200)) {
      backlog.push([metricsEntry(seq)])
      for (let count = 0; count < (seq % 7 === 0 ? 9 : 0); count++) {
        const next = backlog.peek()
        if (!next) break
        seqs.push(next.record.seq)
        backlog.shift()
      }
    }
    expect([...seqs, ...drain(backlog).seqs]).toEqual(range(200))
    folder.remove()
  })

  it('leaves out what another process has delivered, and marks what it may have', () => {
    const path = `${temporaryFolder()}/a`
    const first = RunFolder.begin(path, manifest)
    first.segments.append([metricsEntry(1, { a: 1, b: 2, c: 3 }), metricsEntry(4), metricsEntry(5)])
    first.acks.add([1, 2, 4])
    first.acks.doubt([5])
    first.close()
    const second = RunFolder.reopen(path)
    if (!(second instanceof RunFolder)) throw new Error('not reopened')
    const { backlog } = backlogOf(10, second)
    backlog.resume()
    const doubtful: boolean[] = []
    const seqs: number[] = []
    for (let next = backlog.peek(); next; next = backlog.peek()) {
      seqs.push(next.record.seq)
      doubtful.push(next.isDoubtful)
      backlog.shift()
    }
    expect(seqs).toEqual([3, 5])
    expect(doubtful).toEqual([false, true])
    second.remove()
  })
})

describe('a payload in a spool that somebody else has made', () => {
  const imageEntry = (file: string) => ({
    ...({
      kind: 'image',
      seq: 1,
      time: 0,
      step: 0,
      epoch: 0,
      name: 'n',
      mime: 'image/png',
    } as const),
    ...{ width: 1, height: 1, size: 8, sha256: '0'.repeat(64), file },
  })

  /** A spool with an image in `file` and a metric, and a precious file beside it. */
  function spoolWith(
    file: (outside: string) => string,
    arrange: (run: string, to: string) => void,
  ) {
    const [outside, path] = [temporaryFolder(), join(temporaryFolder(), 'a')]
    writeFileSync(join(outside, '1.png'), 'precious')
    const folder = RunFolder.begin(path, manifest)
    folder.segments.append([imageEntry(file(outside)), metricsEntry(2)])
    arrange(path, outside)
    const { backlog } = backlogOf(10, folder)
    backlog.resume()
    const records = []
    for (let next = backlog.peek(); next; next = backlog.peek()) {
      records.push(next.record)
      backlog.shift()
    }
    const { damaged } = folder.segments
    folder.remove()
    expect(readFileSync(join(outside, '1.png'), 'utf8')).toBe('precious')
    return { records, damaged, path }
  }

  it.each<[string, (run: string, outside: string) => void]>([
    [
      'is a link to a file outside',
      (run, outside) => {
        mkdirSync(join(run, 'files'))
        symlinkSync(join(outside, '1.png'), join(run, 'files/1.png'))
      },
    ],
    [
      'is in a link to a folder outside',
      (run, outside) => symlinkSync(outside, join(run, 'files')),
    ],
    ['is a folder', (run) => mkdirSync(join(run, 'files/1.png'), { recursive: true })],
  ])('is not delivered where it %s, and is counted as damaged', (_, arrange) => {
    const { records, damaged } = spoolWith(() => 'files/1.png', arrange)
    expect(records.map(({ kind }) => kind)).toEqual(['metric'])
    expect(damaged).toBe(1)
  })

  it.each<[string, (outside: string) => string]>([
    ['outside', (outside) => join(outside, '1.png')],
    ['above', () => '../../../1.png'],
  ])('is looked for in the spool, where its path is %s', (_, file) => {
    const { records, path } = spoolWith(file, (run) => {
      mkdirSync(join(run, 'files'))
      writeFileSync(join(run, 'files/1.png'), 'own')
    })
    expect(records[0]).toMatchObject({ kind: 'image', file: join(path, 'files/1.png') })
  })
})

describe('a backlog in memory', () => {
  const text = (seq: number) => ({
    ...({
      kind: 'text',
      seq,
      time: 0,
      step: 0,
      epoch: 0,
      name: 'n',
      text: 't',
      format: 'plain',
    } as const),
  })

  it('keeps the newest value of each name where it has to, and everything that is no metric', () => {
    const { backlog, told } = backlogOf(4)
    for (const seq of range(20))
      backlog.push([metricsEntry(seq, { [seq % 2 ? 'odd' : 'even']: seq })])
    backlog.push([text(21)])
    backlog.shrink()
    expect(drain(backlog).seqs).toEqual([19, 20, 21])
    expect(told).toEqual({ dropped: 0, coalesced: 18, diskErrors: 0 })
  })

  it('drops the oldest metrics where it is told to, and nothing else', () => {
    const { backlog, told } = backlogOf(4, undefined, 'drop-oldest')
    backlog.push([text(1)])
    for (const seq of range(20, 2)) backlog.push([metricsEntry(seq)])
    backlog.shrink()
    expect(drain(backlog).seqs).toEqual([1, 19, 20, 21])
    expect(told).toEqual({ dropped: 17, coalesced: 0, diskErrors: 0 })
  })

  it('gives up nothing while there is room', () => {
    const { backlog, told } = backlogOf(100)
    for (const seq of range(100)) backlog.push([metricsEntry(seq)])
    backlog.shrink()
    expect(backlog.size).toBe(100)
    expect(told).toEqual({ dropped: 0, coalesced: 0, diskErrors: 0 })
  })
})
