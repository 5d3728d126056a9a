import { lstatSync, type MakeDirectoryOptions, mkdirSync, rmdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Other than `mkdirSync` it throws what is really
 * in the way: that says "no such file" (ENOENT) of a file system that is read-only.
 *
 * @returns the uppermost folder that was made; nothing where all were there
 */
export function makeFolder(path: string, options: MakeDirectoryOptions = {}): string | undefined {
  try {
    return mkdirSync(path, { ...options, recursive: true })
  } catch (thrown) {
    throw codeOf(thrown) === 'ENOENT' ? (obstacleOf(resolve(path)) ?? thrown) : thrown
  }
}

/** What making the uppermost missing folder of a path really fails with. */
function obstacleOf(path: string): unknown {
  let missing = path
  while (dirname(missing) !== missing && !isThere(dirname(missing))) missing = dirname(missing)
  try {
    mkdirSync(missing)
  } catch (thrown) {
    return thrown
  }
  rmdirSync(missing)
  return undefined
}

function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (thrown) {
    return codeOf(thrown) !== 'ENOENT'
  }
}

const codeOf = (thrown: unknown): unknown => (thrown as NodeJS.ErrnoException).code
