import { expect, it } from 'vitest'
import { batchLength, limitsOf } from '../../src/pump/send-queue.js'
import { recordsOf } from '../../src/record/entry.js'
import { metricsEntry } from '../helpers/entries.js'

const text = (seq: number, size = 1) => ({
  ...({ kind: 'text', seq, time: 0, step: 0, epoch: 0, name: 'note', format: 'plain' } as const),
  text: 'x'.repeat(size),
})
const group = (seq: number, count: number) =>
  recordsOf(
    metricsEntry(seq, Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, at]))),
  )

const GROUPS = [...group(1, 5), ...group(6, 5), ...group(11, 5)]

it.each([
  ['all', GROUPS, { maxItems: 100 }, 15],
  ['whole groups', GROUPS, { maxItems: 12 }, 10],
  ['exactly one group', GROUPS, { maxItems: 5 }, 5],
  ['a part of a group that does not fit', GROUPS, { maxItems: 3 }, 3],
  ['whole groups by size', GROUPS, { maxBytes: 1000 }, 5],
  ['one kind', [...group(1, 2), text(3), ...group(4, 2)], {}, 2],
  ['several kinds', [...group(1, 2), text(3), ...group(4, 2)], { isMixed: true }, 5],
  ['one that is too large by itself', [text(1, 2_000_000), text(2)], {}, 1],
  ['nothing', [], {}, 0],
] as const)('takes %s', (_, records, limits, length) => {
  const given = limitsOf({ kinds: ['metric'], offline: 'spool', ...limits })
  expect(batchLength((index) => records[index], given)).toBe(length)
})
