import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** What Python's `zipfile` finds in an archive. */
export interface ArchiveContents {
  readonly experiment: Readonly<Record<string, unknown>>
  readonly messages: readonly {
    readonly type: string
    readonly payload: Readonly<Record<string, unknown>>
  }[]
  /** Files by their names in the archive, in hex. */
  readonly contents: Readonly<Record<string, string>>
}

/** Reads an archive with Python and checks its structure. @throws where a rule is broken */
export function readArchive(path: string): ArchiveContents {
  const script = join(import.meta.dirname, 'check_offline.py')
  return JSON.parse(
    execFileSync('python3', [script, path], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  )
}
