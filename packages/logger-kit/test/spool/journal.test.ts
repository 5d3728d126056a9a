import { appendFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Acks } from '../../src/spool/acks.js'
import { adoptJournal, Journal } from '../../src/spool/journal.js'
import { Segments } from '../../src/spool/segments.js'
import { metricsEntry } from '../helpers/entries.js'
import { temporaryFolder } from '../helpers/folder.js'

const filesIn = (folder: string) => readdirSync(folder).sort()
const seqsIn = (folder: string) => new Segments(folder).read().map(({ entry }) => entry.seq)
const adopt = (folder: string) =>
  adoptJournal(folder, new Segments(folder), new Acks(join(folder, 'acks')))

describe('a journal', () => {
  it('has each entry on disk at once, until it is stored', () => {
    const folder = join(temporaryFolder(), 'run')
    const journal = new Journal(folder)
    journal.append(metricsEntry(1, { a: 1, b: 2 }))
    journal.append(metricsEntry(3))
    expect(filesIn(folder)).toEqual(['journal-1.jsonl'])
    journal.sent()
    journal.append(metricsEntry(4))
    journal.stored(2)
    expect(filesIn(folder)).toEqual(['journal-1.jsonl', 'journal-4.jsonl'])
    journal.stored(3)
    expect(filesIn(folder)).toEqual(['journal-4.jsonl'])
    journal.sent()
    journal.stored(4)
    expect(filesIn(folder)).toEqual([])
  })

  it('of a killed process goes to the spool, without what is there or delivered', () => {
    const folder = temporaryFolder()
    const journal = new Journal(folder)
    for (const seq of [1, 2, 3, 4, 5]) {
      journal.append(metricsEntry(seq))
      if (seq === 2) journal.sent()
    }
    new Segments(folder).append([metricsEntry(2), metricsEntry(3)])
    new Acks(join(folder, 'acks')).add([1])
    appendFileSync(join(folder, 'journal-3.jsonl'), '{"crc":"torn')
    adopt(folder)
    const all = new Segments(folder)
    const found = [...all.read(), ...all.read()].map(({ entry }) => entry.seq)
    expect(found).toEqual([2, 3, 4, 5])
    expect(filesIn(folder).filter((name) => name.startsWith('journal'))).toEqual([])
  })

  it('is no link to another file', () => {
    const folder = temporaryFolder()
    const outside = join(temporaryFolder(), 'outside.jsonl')
    const journal = new Journal(join(folder, 'other'))
    journal.append(metricsEntry(1))
    writeFileSync(outside, 'precious')
    symlinkSync(join(folder, 'other/journal-1.jsonl'), join(folder, 'journal-1.jsonl'))
    symlinkSync(outside, join(folder, 'journal-9.jsonl'))
    adopt(folder)
    expect(seqsIn(folder)).toEqual([])
    expect(readdirSync(join(outside, '..'))).toEqual(['outside.jsonl'])
  })
})
