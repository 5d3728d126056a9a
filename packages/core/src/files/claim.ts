import { rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processMark } from './unfinished.js'

/** What the marker of a claim is called, whoever wrote it. */
export const isClaim = (name: string): boolean => /^claim\.[0-9a-f-]+\.tmp$/.test(name)

const claimIn = (folder: string): string => join(folder, `claim.${processMark()}.tmp`)

/**
 * Says in a folder that this process is about to use it: should it end before it has written anything,
 * the next run can tell whose folder that was. A disk that has no room for the marker is no error; the
 * next write says so.
 *
 * @throws ENOENT where the folder has gone
 */
export function markClaim(folder: string): void {
  try {
    writeFileSync(claimIn(folder), '')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw thrown
  }
}

/** Removes this process's marker from a folder, which holds something by now. */
export function confirmClaim(folder: string): void {
  isDone(() => unlinkSync(claimIn(folder)))
}

/** Removes this process's marker, and the folder if nothing else is in it. @returns whether it has gone */
export function abandonClaim(folder: string): boolean {
  return isDone(() => unlinkSync(claimIn(folder))) && isDone(() => rmdirSync(folder))
}

/** A marker that cannot be removed now is tidied later; a run does not fail for it. */
function isDone(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
