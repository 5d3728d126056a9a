import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Counters, noCounts, reportLine } from '../../src/delivery/report.js'

const rootDir = join(process.cwd(), 'runs')
const line = (counts: Partial<Counters>, places: { logDir?: string; url?: string } = {}) =>
  reportLine({ ...noCounts(), ...counts }, { rootDir, ...places })

describe('the line at the end of a run', () => {
  it.each<[Partial<Counters>, string]>([
    [{ sent: 12_480 }, '12,480 records delivered.'],
    [{ sent: 1, retries: 1 }, '1 record delivered (after 1 retry).'],
    [
      { sent: 5, retries: 2, replayed: 310, possibleDuplicates: 4 },
      '5 records delivered (after 2 retries, 310 had waited on disk, 4 may be there twice).',
    ],
    [
      { sent: 7, rejected: 1, dropped: 2, coalesced: 3, damaged: 4 },
      '7 records delivered. 10 records lost: 1 refused, 2 for want of room, 3 for a newer value, 4 unreadable.',
    ],
    [
      { sent: 1, spooled: 9 },
      '1 record delivered. 9 records wait on disk: "regimen sync runs" delivers them.',
    ],
    [
      { spooled: 9, unconfirmed: 4 },
      '0 records delivered. 9 records wait on disk: "regimen sync runs" delivers them. 4 of them had no answer and may then be there twice.',
    ],
  ])('%j: %s', (counts, expected) => {
    expect(line(counts)).toBe(expected)
  })

  it('says where the files are, as seen from here, or where the run is to be found', () => {
    expect(line({ sent: 3 }, { logDir: join(rootDir, 'csv/version_0') })).toBe(
      `3 records written to ${join('runs', 'csv', 'version_0')}.`,
    )
    expect(line({ sent: 3 }, { logDir: '/elsewhere/csv' })).toBe(
      '3 records written to /elsewhere/csv.',
    )
    expect(line({ sent: 3 }, { url: 'https://host/run' })).toBe(
      '3 records delivered: https://host/run',
    )
  })

  it('gives a command that a shell takes', () => {
    const places = { rootDir: '/with space/$HOME' }
    const text = reportLine({ ...noCounts(), spooled: 1 }, places)
    expect(text).toContain(`"regimen sync '/with space/$HOME'" delivers it.`)
  })
})
