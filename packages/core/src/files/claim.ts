import { rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processMark } from './unfinished.js'

/** Whether a file name is that of a claim's marker, from any process. */
export const isClaim = (name: string): boolean => /^claim\.[0-9a-f-]+\.tmp$/.test(name)

const claimIn = (folder: string): string => join(folder, `claim.${processMark()}.tmp`)

/**
 * Marks a folder as claimed by this process. If the process ends before it has written anything, the
 * next run can tell whose folder it was. A full disk is no error here; the next write will report it.
 *
 * @throws ENOENT if the folder no longer exists
 */
export function markClaim(folder: string): void {
  try {
    writeFileSync(claimIn(folder), '')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw thrown
  }
}

/** Removes this process's marker from a folder that is no longer empty. */
export function confirmClaim(folder: string): void {
  isDone(() => unlinkSync(claimIn(folder)))
}

/** Removes this process's marker, and the folder if it is then empty. @returns whether the folder was removed */
export function abandonClaim(folder: string): boolean {
  return isDone(() => unlinkSync(claimIn(folder))) && isDone(() => rmdirSync(folder))
}

/** Whether a removal succeeded: a marker that cannot be removed now is tidied later. */
function isDone(remove: () => void): boolean {
  try {
    remove()
    return true
  } catch {
    return false
  }
}
