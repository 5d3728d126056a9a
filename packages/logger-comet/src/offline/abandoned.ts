import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Holder, isHolderAlive } from '@regimen/core/files'
import { finishAbandoned, OWNER, PARTIAL } from './archive.js'

/**
 * Makes archives of runs that were killed before they could: of folders whose process is gone, or gives
 * no sign of life.
 */
export async function finishAllAbandoned(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch((): string[] => [])
  const made: string[] = []
  for (const name of names.filter((one) => one.endsWith(PARTIAL))) {
    const folder = join(parent, name)
    if (await isAbandoned(folder)) made.push(await finishAbandoned(folder))
  }
  return made
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const path = join(folder, OWNER)
    const [text, { mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)]
    return !isHolderAlive(JSON.parse(text) as Holder, mtimeMs)
  } catch {
    return false
  }
}
