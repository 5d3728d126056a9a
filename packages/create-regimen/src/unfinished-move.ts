import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Files } from './templates.js'

/** Files on their way from `<staging>/new` into a folder; what they replace is in `<staging>/old`. */
export interface Move {
  /** Digest of what each file holds, by path. */
  readonly digests: Readonly<Record<string, string>>
  /** Folders that were not there, relative to the folder, the outer ones. */
  readonly made: readonly string[]
}

/** What is to be known of a move before its first file has been moved. */
export function plannedMove(folder: string, files: Files): Move {
  const digests = Object.entries(files).map(([path, text]) => [path, digestOf(text)])
  const made = Object.keys(files).flatMap(
    (path) => firstMissing(dirname(join(folder, path))) ?? [],
  )
  return {
    digests: Object.fromEntries(digests),
    made: [...new Set(made.map((path) => relative(folder, path)))],
  }
}

/** The move that a process had begun and not ended. */
export function readMove(file: string): Move | undefined {
  return exists(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/**
 * Takes a move back, wherever it stood; may be done again if it is cut short. A file that somebody has
 * changed since stays, and what it had replaced is put beside it as `<name>.old`.
 *
 * @returns paths of the files that were changed
 */
export function takeBack(folder: string, staging: string, move: Move): string[] {
  const moved = Object.entries(move.digests).filter(
    ([path]) => !exists(join(staging, 'new', path)),
  )
  const changed: string[] = []
  for (const [path, digest] of moved) {
    const [file, old] = [join(folder, path), join(staging, 'old', path)]
    const isChanged = exists(file) && !isOurs(file, digest)
    if (exists(old)) {
      if (isChanged) changed.push(path)
      makeFolder(dirname(file))
      renameSync(old, isChanged ? freeName(`${file}.old`) : file)
    } else if (!isChanged) rmSync(file, { force: true })
  }
  for (const path of move.made) removeEmpty(join(folder, path))
  return changed
}

export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Makes a folder and those above it, one by one: on a read-only disk Node 20's own way says `ENOENT`. */
export function makeFolder(folder: string): void {
  if (exists(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** The highest folder of a path that does not exist. */
export function firstMissing(folder: string): string | undefined {
  if (exists(folder)) return undefined
  return firstMissing(dirname(folder)) ?? folder
}

function isOurs(file: string, digest: string): boolean {
  return lstatSync(file).isFile() && digestOf(readFileSync(file)) === digest
}

const digestOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex')

function freeName(path: string): string {
  return exists(path) ? freeName(`${path}.old`) : path
}

/** Removes a folder and those in it, as far as no file is in them. */
function removeEmpty(folder: string): void {
  if (!exists(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name))
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
