import type { Dirent } from 'node:fs'
import { readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isClaim } from './claim.js'
import { type ProcessSystem, thisSystem } from './holder.js'
import { isLeftover } from './unfinished.js'

const VERSION = /^version_\d+$/

/**
 * Removes the unfinished files that processes of this machine left in a folder when they were killed.
 * Touches nothing else: no file without a mark, none of another machine or of a process that may be
 * running. What cannot be removed stays.
 */
export async function tidyFolder(
  folder: string,
  system: ProcessSystem = thisSystem,
): Promise<void> {
  await withoutLeftovers(folder, await entriesOf(folder), system)
}

/**
 * Tidies the folders `version_N` of a parent and the folders in them, as {@link tidyFolder} does. Also
 * removes a folder that a dead process claimed, if it is then empty.
 */
export async function tidyRuns(
  parent: string,
  system: ProcessSystem = thisSystem,
): Promise<void> {
  const runs = (await entriesOf(parent)).filter(
    (entry) => entry.isDirectory() && VERSION.test(entry.name),
  )
  for (const { name } of runs) {
    const folder = join(parent, name)
    const entries = await entriesOf(folder)
    for (const inner of entries) {
      if (inner.isDirectory()) await tidyFolder(join(folder, inner.name), system)
    }
    // Only one process can remove the marker: no folder is removed that another has made again.
    if (await withoutLeftovers(folder, entries, system)) await isDone(rmdir(folder))
  }
}

/** Removes leftovers, markers of claims last. @returns whether it removed a marker */
async function withoutLeftovers(
  folder: string,
  entries: readonly Dirent[],
  system: ProcessSystem,
): Promise<boolean> {
  const names = entries
    .filter((entry) => entry.isFile() && isLeftover(entry.name, system))
    .map(({ name }) => name)
  for (const name of names.filter((leftover) => !isClaim(leftover)))
    await isDone(unlink(join(folder, name)))
  let hadClaim = false
  for (const name of names.filter(isClaim)) {
    if (await isDone(unlink(join(folder, name)))) hadClaim = true
  }
  return hadClaim
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => [])
}

/** Whether a removal succeeded. */
async function isDone(removal: Promise<void>): Promise<boolean> {
  return removal.then(
    () => true,
    () => false,
  )
}
