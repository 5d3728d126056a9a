import { expect, it } from 'vitest'
import { noCounts, reportLine } from '../../src/pump/counters.js'

it.each([
  [
    { sent: 12_480, retries: 2, replayed: 310 },
    'comet: 12,480 sent, 0 lost, 2 retries, 310 spooled and replayed',
  ],
  [{ sent: 5 }, 'comet: 5 sent, 0 lost'],
  [
    { sent: 1, retries: 1, possibleDuplicates: 3 },
    'comet: 1 sent, 0 lost, 1 retry, 3 perhaps twice',
  ],
  [
    { sent: 7, rejected: 1, dropped: 2, coalesced: 3, damaged: 4 },
    'comet: 7 sent, 10 lost (1 refused, 2 for want of room, 3 for a newer value, 4 unreadable)',
  ],
  [{ spooled: 9 }, 'comet: 0 sent, 0 lost, 9 on disk, which "regimen sync runs" delivers'],
])('sums up %j', (counts, line) => {
  expect(reportLine('comet', { ...noCounts(), ...counts }, 'regimen sync runs')).toBe(line)
})
