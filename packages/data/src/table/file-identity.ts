import { DataError } from './data-error.js'
import type { FileIdentity, FileStat } from './records.js'

/** What changed between two readings of files, in words; `undefined` if nothing did. */
export function changeOf(
  before: readonly FileIdentity[],
  now: readonly (FileIdentity | FileStat)[],
): string | undefined {
  if (before.length !== now.length)
    return `there were ${before.length} files and are ${now.length}`
  for (const [index, was] of before.entries()) {
    const is = now[index] as FileIdentity | FileStat
    if (was.bytes !== is.bytes)
      return `${is.file} had ${was.bytes} bytes and has ${is.bytes}`
    if ('digest' in is && was.digest !== is.digest)
      return `the content of ${is.file} is another`
  }
  return undefined
}

/** The error of files that changed while they were in use, or since a state was saved. */
export function changedError(owner: string, change: string): DataError {
  return new DataError(
    'REG_DATA_FILE',
    `${owner}: the data changed: ${change}. Batches would not be those of before; restore the file, or begin a new run.`,
    { owner, change },
  )
}
