import type { Counters } from '../pump/counters.js'
import type { Queued } from '../spool/backlog.js'
import type { RunFolder } from '../spool/run-folder.js'

/** Counts records that need nothing more. Gives how many of them were in memory only. */
export function countSettled(
  counts: Counters,
  done: readonly Queued[],
  rejected: readonly Queued[],
): number {
  let loose = 0
  for (const { record, segment, isReplayed, isDoubtful } of done) {
    if (segment === undefined) loose++
    // What the writer added itself is nothing that training logged.
    if (record.seq < 0) continue
    counts.sent++
    if (isReplayed) counts.replayed++
    if (isDoubtful) counts.possibleDuplicates++
  }
  for (const { record, segment } of rejected) {
    if (segment === undefined) loose++
    if (record.seq > 0) counts.rejected++
  }
  return loose
}

/** Remembers on disk that records need nothing more, and lets go of files that nothing needs. */
export function settleOnDisk(folder: RunFolder, settled: readonly Queued[]): void {
  const seqs: number[] = []
  for (const { record, segment } of settled) {
    if (segment === undefined) continue
    seqs.push(record.seq)
    folder.segments.release(segment, 1)
  }
  folder.acks.add(seqs)
}
