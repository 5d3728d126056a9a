import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Files } from './templates.js'
import {
  exists,
  firstMissing,
  makeFolder,
  plannedMove,
  readMove,
  takeBack,
} from './unfinished-move.js'
import { UsageError } from './usage-error.js'

/** Where files are made before they are moved into a folder that exists. */
const STAGING = '.create-regimen.unfinished'

/** What a folder may hold and still count as empty. */
const IGNORED = new Set(['.git', '.DS_Store', 'Thumbs.db', STAGING])

/** Names in a folder that a project would stand among; none if it does not exist. */
export function contentOf(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => !IGNORED.has(name))
    : []
}

/**
 * Takes back what a process that was killed had moved into a folder, as `writeFiles` does where it fails.
 *
 * @returns whether there was something to take back, and what has been changed since and was left alone
 */
export function recover(folder: string): {
  isNeeded: boolean
  changed: readonly string[]
} {
  const staging = join(folder, STAGING)
  const move = readMove(join(staging, 'move.json'))
  const changed = move ? takeBack(folder, staging, move) : []
  rmSync(staging, { recursive: true, force: true })
  return { isNeeded: move !== undefined, changed }
}

/**
 * Writes all files, or none. They are written beside the folder first, to `.<name>.unfinished`, which then
 * becomes the folder; or, in a folder that exists, to a folder in it, from where they are moved one by one,
 * and taken back if one of them cannot be. What a killed process leaves, `recover` takes back.
 *
 * @param folder may exist; files of the same names are replaced
 */
export function writeFiles(folder: string, files: Files): void {
  const parent = dirname(folder)
  const made = firstMissing(parent)
  const isThere = existsSync(folder)
  const staging = isThere
    ? join(folder, STAGING)
    : join(parent, `.${basename(folder)}.unfinished`)
  const remove = () => rmSync(staging, { recursive: true, force: true })
  remove()
  let isKept = false
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(staging, 'new', path)
      makeFolder(dirname(file))
      writeFileSync(file, text)
    }
    if (isThere) moveInto(folder, files, staging)
    else renameSync(join(staging, 'new'), folder)
  } catch (thrown) {
    isKept = thrown instanceof NotRestored
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw thrown
  } finally {
    if (!isKept) remove()
  }
}

/** Moves files into a folder, the manifest last; on failure everything is as it was. */
function moveInto(folder: string, files: Files, staging: string): void {
  const paths = Object.keys(files).toSorted((a, b) => rankOf(a) - rankOf(b))
  for (const path of paths.filter((path) => exists(join(folder, path)))) {
    keep(join(folder, path), join(staging, 'old', path))
  }
  const move = plannedMove(folder, files)
  // From here on whoever finds the staging folder knows what to take back.
  writeFileSync(join(staging, 'move.part'), JSON.stringify(move))
  renameSync(join(staging, 'move.part'), join(staging, 'move.json'))
  try {
    for (const path of paths) {
      makeFolder(dirname(join(folder, path)))
      renameSync(join(staging, 'new', path), join(folder, path))
    }
  } catch (thrown) {
    try {
      takeBack(folder, staging, move)
    } catch {
      throw new NotRestored(
        `${messageOf(thrown)} The files that were there are in ${join(staging, 'old')}.`,
      )
    }
    throw thrown
  }
  rmSync(join(staging, 'move.json'))
}

/** Keeps a file, or a link as a link, that is about to be replaced. */
function keep(file: string, copy: string): void {
  makeFolder(dirname(copy))
  const found = lstatSync(file)
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(file), copy)
    return
  }
  if (!found.isFile()) throw new UsageError(`${file} is in the way of a file.`)
  try {
    linkSync(file, copy)
  } catch {
    copyFileSync(file, copy)
  }
}

/** Files that were replaced could not be moved back. */
class NotRestored extends Error {}

const messageOf = (thrown: unknown): string =>
  `${thrown instanceof Error ? thrown.message : String(thrown)}.`

const rankOf = (path: string): number => (path === 'package.json' ? 1 : 0)
