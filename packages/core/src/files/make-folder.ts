import { lstatSync, type MakeDirectoryOptions, mkdirSync, rmdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and its missing parents. Unlike `mkdirSync` it throws the real cause: that one reports
 * "no such file" (ENOENT) on a read-only file system.
 *
 * @returns the uppermost folder that was made; `undefined` if all existed
 */
export function makeFolder(
  path: string,
  options: MakeDirectoryOptions = {},
): string | undefined {
  try {
    return mkdirSync(path, { ...options, recursive: true })
  } catch (thrown) {
    throw codeOf(thrown) === 'ENOENT' ? (obstacleOf(resolve(path)) ?? thrown) : thrown
  }
}

/** The error of making the uppermost missing folder of a path. */
function obstacleOf(path: string): unknown {
  let missing = path
  while (dirname(missing) !== missing && !exists(dirname(missing)))
    missing = dirname(missing)
  try {
    mkdirSync(missing)
  } catch (thrown) {
    return thrown
  }
  rmdirSync(missing)
  return undefined
}

function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (thrown) {
    return codeOf(thrown) !== 'ENOENT'
  }
}

const codeOf = (thrown: unknown): unknown => (thrown as NodeJS.ErrnoException).code
