import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Files } from './templates.js'

/** What a folder may hold and still count as empty. */
const IGNORED = new Set(['.git', '.DS_Store', 'Thumbs.db'])

/** Names in a folder that a project would stand among; none if it does not exist. */
export function contentOf(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => !IGNORED.has(name))
    : []
}

/**
 * Writes all files, or none. They are written to `.<name>.unfinished` beside the folder first, which
 * then becomes the folder; or, in a folder that exists, its files are moved one by one, and moved back if
 * one of them cannot be. What a killed process has left is removed by the next one for that folder.
 *
 * @param folder may exist; files of the same names are replaced
 */
export function writeFiles(folder: string, files: Files): void {
  const parent = dirname(folder)
  const made = firstMissing(parent)
  const staging = join(parent, `.${basename(folder)}.unfinished`)
  rmSync(staging, { recursive: true, force: true })
  const remove = () => rmSync(staging, { recursive: true, force: true })
  let isKept = false
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(staging, 'new', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    if (existsSync(folder)) moveInto(folder, Object.keys(files), staging)
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
function moveInto(folder: string, paths: readonly string[], staging: string): void {
  const undo: (() => void)[] = []
  try {
    for (const path of paths.toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const target = join(folder, path)
      const made = firstMissing(dirname(target))
      mkdirSync(dirname(target), { recursive: true })
      if (made !== undefined)
        undo.push(() => rmSync(made, { recursive: true, force: true }))
      if (exists(target)) {
        const old = join(staging, 'old', path)
        mkdirSync(dirname(old), { recursive: true })
        renameSync(target, old)
        undo.push(() => renameSync(old, target))
      }
      renameSync(join(staging, 'new', path), target)
      undo.push(() => rmSync(target, { force: true }))
    }
  } catch (thrown) {
    const failures = undo.toReversed().flatMap(failureOf)
    if (failures.length === 0) throw thrown
    throw new NotRestored(
      `${messageOf(thrown)} The files that were there are in ${join(staging, 'old')}.`,
    )
  }
}

/** Files that were replaced could not be moved back. */
class NotRestored extends Error {}

const messageOf = (thrown: unknown): string =>
  `${thrown instanceof Error ? thrown.message : String(thrown)}.`

function failureOf(step: () => void): unknown[] {
  try {
    step()
    return []
  } catch (thrown) {
    return [thrown]
  }
}

const rankOf = (path: string): number => (path === 'package.json' ? 1 : 0)

const exists = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** The highest folder of a path that does not exist. */
function firstMissing(folder: string): string | undefined {
  if (exists(folder)) return undefined
  return firstMissing(dirname(folder)) ?? folder
}
