import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@regimen/core/files'
import type { Entry, LooseEntry } from '../record/entry.js'

const CHUNK = 1_048_576
const EXTENSIONS = { 'image/png': 'png', 'image/jpeg': 'jpg' }

/** The entry with its bytes in a file of the folder. @throws if the disk is full */
export function storedEntry(loose: LooseEntry, folder: string): Entry {
  if ('bytes' in loose) {
    const { bytes, ...rest } = loose
    const file = join(folder, `${loose.seq}.${EXTENSIONS[loose.mime]}`)
    makeFolder(folder, { mode: 0o700 })
    writeFileSync(file, bytes, { mode: 0o600 })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { ...rest, file, size: bytes.length, sha256 }
  }
  if (loose.kind !== 'artifact' || 'sha256' in loose) return loose as Entry
  return { ...loose, ...measure(loose.file) }
}

/** Deletes the file of a record that is done with. */
export function discardPayload(record: object): void {
  if ('file' in record && typeof record.file === 'string')
    rmSync(record.file, { force: true })
}

/** Deletes a folder, if it is one. */
export function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Something else is in its way.
  }
}

function measure(path: string): { size: number; sha256: string } {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(CHUNK)
  const file = openSync(path, 'r')
  try {
    let size = 0
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK, size)
      if (read === 0) return { size, sha256: hash.digest('hex') }
      hash.update(chunk.subarray(0, read))
      size += read
    }
  } finally {
    closeSync(file)
  }
}
