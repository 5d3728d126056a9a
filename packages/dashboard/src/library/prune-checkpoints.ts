import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { sparedFiles } from './checkpoint-files.js'
import type { CheckpointFolder } from './checkpoint-folder.js'
import type { Verdict } from './prune-plan.js'
import type { RunLibrary } from './run-library.js'

/** Which checkpoints of a run that is removed go too: all but those with a label, the best and the last; or all. */
export type CheckpointRule = 'numbered' | 'all'

/** What becomes, or would become, of the checkpoints of a run in a folder. */
export interface PrunedCheckpoints {
  /** Path of the folder below the root. */
  readonly folder: string
  /** Names of the files that go. */
  readonly removed: readonly string[]
  readonly kept: readonly string[]
  /** Bytes of those that go. */
  readonly size: number
  /** Why none goes, if another run has them too. */
  readonly reason?: string
}

/** What becomes of the checkpoints of the runs that are to go, by the id of the run: each folder once. */
export function planCheckpoints(
  library: RunLibrary,
  verdicts: readonly Verdict[],
  rule: CheckpointRule,
): Map<string, PrunedCheckpoints[]> {
  const going = new Set(verdicts.filter(({ isRemoved }) => isRemoved).map(({ id }) => id))
  const plan = new Map<string, PrunedCheckpoints[]>()
  const seen = new Set<CheckpointFolder>()
  for (const id of going) {
    const folders = library.checkpointFolders(id).filter((one) => !seen.has(one))
    for (const folder of folders) seen.add(folder)
    if (folders.length === 0) continue
    const parts = folders.map((folder) => {
      const staying = library.runsOf(folder).find((other) => !going.has(other.id))
      return partOf(folder, rule, staying && `${staying.id} has them too`)
    })
    plan.set(id, parts)
  }
  return plan
}

/**
 * Removes checkpoints as planned, if the folder is as it was then.
 *
 * @throws the system's error, or an error that says why not
 */
export async function removeCheckpoints(
  library: RunLibrary,
  { folder: id, removed }: PrunedCheckpoints,
): Promise<void> {
  const folder = library.folderOf(id)
  if (!folder || removed.length === 0) return
  const before = folder.logs.join()
  await folder.refresh()
  if (folder.logs.join() !== before)
    throw new Error(`another run writes to ${id} meanwhile`)
  const root = await realpath(library.root)
  const path = await realpath(folder.folder)
  if (!`${path}${sep}`.startsWith(`${root}${sep}`))
    throw new Error(`${id} lies outside of ${root}`)
  await folder.remove(removed)
}

function partOf(
  { id, files }: CheckpointFolder,
  rule: CheckpointRule,
  reason: string | undefined,
): PrunedCheckpoints {
  const spared = rule === 'all' ? new Set<string>() : sparedFiles(files)
  // A file that the plugin does not list, or that changed since, is somebody else's.
  const going = files.filter(
    ({ file, known }) => reason === undefined && known && !spared.has(file),
  )
  const removed = going.map(({ file }) => file)
  return {
    folder: id,
    removed,
    kept: files.map(({ file }) => file).filter((file) => !removed.includes(file)),
    size: going.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(reason !== undefined && { reason }),
  }
}
