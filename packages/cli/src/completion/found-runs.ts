import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** How deep runs lie below their folder, at most. */
const DEPTH = 4
/** No more are offered: nobody reads a longer list, and a key press must not wait. */
const MOST = 500

/** Ids of the runs below a folder, as `regimen runs` names them: folders with a `run.json`. */
export function runIds(root: string): string[] {
  return filesBelow(root, (name) => name === 'run.json').map((path) =>
    path.slice(0, -'/run.json'.length),
  )
}

/** Paths of the checkpoints below a folder, with the folder. */
export function checkpointPaths(root: string): string[] {
  const files = filesBelow(root, (name) => name.endsWith('.safetensors'))
  return files.map((path) => `${root}/${path}`)
}

function filesBelow(root: string, isWanted: (name: string) => boolean): string[] {
  const found: string[] = []
  const visit = (folder: string, depth: number): void => {
    for (const entry of entriesOf(join(root, folder))) {
      if (found.length >= MOST || entry.name.startsWith('.')) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && depth < DEPTH) visit(path, depth + 1)
      else if (entry.isFile() && isWanted(entry.name)) found.push(path)
    }
  }
  visit('', 0)
  return found.toSorted()
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
