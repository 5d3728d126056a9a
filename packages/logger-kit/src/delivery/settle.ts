import type { Counters } from '../pump/counters.js'
import type { Queued } from '../spool/backlog.js'
import { leftIn } from '../spool/left-in.js'
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

/** Counts and remembers on disk records that may have arrived. @throws where the disk is full */
export function doubtOnDisk(
  folder: RunFolder | undefined,
  counts: Counters,
  doubtful: readonly Queued[],
): void {
  const stored = doubtful.filter(({ segment }) => segment !== undefined)
  const seqs = stored.map(({ record }) => record.seq)
  counts.unconfirmed += seqs.filter((seq) => seq > 0).length
  folder?.acks.doubt(seqs)
}

/**
 * Removes a folder whose records have arrived, or keeps it and counts what is left. `own` are the
 * numbers of records of a run that was begun here: what was in memory only is gone with it.
 */
export function leaveFolder(
  folder: RunFolder,
  counts: Counters,
  {
    isComplete,
    own,
  }: { isComplete: boolean; own: false | { readonly unsettled: number; readonly onDisk: number } },
): void {
  counts.damaged += folder.segments.damaged
  if (isComplete) {
    folder.remove()
    return
  }
  counts.spooled += own ? own.onDisk : leftIn(folder.path)
  if (own) counts.dropped += own.unsettled - own.onDisk
  folder.close()
}
