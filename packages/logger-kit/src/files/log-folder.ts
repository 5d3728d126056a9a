import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve, sep } from 'node:path'
import { makeFolder, markClaim, tidyRuns } from '@regimen/core/files'
import { fileError } from './log-files.js'

/** A folder of one run. */
export interface RunFolder {
  /** Absolute path. */
  readonly path: string
  /** `3` for `version_3`; a name as it was given. */
  readonly version: string | number
  /** Whether it was made now, so that nothing of another run is in it. */
  readonly isNew: boolean
}

const VERSION = /^version_(\d+)$/

/**
 * The folder of a logger's runs. `dir` is put below `rootDir` unless it is absolute or, seen from the
 * current folder, in it already; `~` is the home folder.
 */
export function logFolder(
  rootDir: string,
  { dir = '', name }: { dir?: string; name: string },
) {
  const expanded =
    dir === '~' || dir.startsWith('~/') ? join(homedir(), dir.slice(1)) : dir
  const root = resolve(rootDir)
  const isInside =
    expanded !== '' && `${resolve(expanded)}${sep}`.startsWith(`${root}${sep}`)
  return join(
    isAbsolute(expanded) || isInside ? resolve(expanded) : join(root, expanded),
    name,
  )
}

/**
 * The folder for a run: `version_N`, one more than the latest, shared with no other process; or
 * the one asked for. Empty folders and unfinished files of dead processes in the parent are tidied.
 * Once something is in the folder, call `confirmClaim` of `@regimen/core/files`; `abandonClaim` if nothing
 * will be.
 *
 * @throws LoggerError
 */
export async function claimFolder(
  parent: string,
  wanted?: string | number,
): Promise<RunFolder> {
  try {
    if (wanted !== undefined) {
      const path = join(parent, folderName(wanted))
      const isNew = makeClaimedFolder(path)
      await tidyRuns(parent)
      return { path, version: wanted, isNew }
    }
    makeFolder(parent)
    for (let version = 1 + (await newestVersion(parent)); ; version++) {
      const path = join(parent, folderName(version))
      if (!isMade(path)) continue
      await tidyRuns(parent)
      return { path, version, isNew: true }
    }
  } catch (thrown) {
    throw fileError(thrown, `the folder of the run in ${parent}`)
  }
}

/** The folder of a version, as {@link claimFolder} named it. */
export function folderName(version: string | number): string {
  return typeof version === 'number' ? `version_${version}` : version
}

async function newestVersion(parent: string): Promise<number> {
  const numbers = (await readdir(parent)).flatMap((name) => VERSION.exec(name)?.[1] ?? [])
  return numbers.reduce((newest, number) => Math.max(newest, Number(number)), -1)
}

/** A folder may have been a dead process's, which another one tidies away before it is marked. */
function makeClaimedFolder(path: string): boolean {
  for (;;) {
    const isNew = makeFolder(path) !== undefined
    try {
      markClaim(path)
      return isNew
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    }
  }
}

/** Making a folder that is there already fails: so one of two processes gets it. */
function isMade(path: string): boolean {
  try {
    mkdirSync(path)
    markClaim(path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}
