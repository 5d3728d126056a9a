import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runFoldersIn } from '../spool/run-folder.js'

const DEEPEST = 6

/** The folders of all runs that wait in any spool below a folder, by logger, oldest first. */
export function findRuns(folder: string): string[] {
  return spoolsBelow(folder, 0).flatMap((spool) => foldersIn(spool).flatMap(runFoldersIn))
}

function spoolsBelow(folder: string, depth: number): string[] {
  const found: string[] = []
  for (const path of foldersIn(folder)) {
    const name = path.slice(folder.length + 1)
    if (name === '.spool') found.push(path)
    else if (depth < DEEPEST && name !== 'node_modules' && name !== '.git') {
      found.push(...spoolsBelow(path, depth + 1))
    }
  }
  return found
}

/** Folders in a folder, by name; none where it cannot be read. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    return names.sort().map((name) => join(folder, name))
  } catch {
    return []
  }
}
