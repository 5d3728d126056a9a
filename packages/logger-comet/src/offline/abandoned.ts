import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Holder, isHolderAlive } from '@regimen/core/files'
import { finishAbandoned, OWNER, PARTIAL } from './archive.js'

/**
 * Makes archives of runs that were killed before they could: of folders whose process is gone, or gives
 * no sign of life. Anybody may have put a folder there: one with anything but files in it is left alone,
 * since a link would be written through, and what it leads to would get into the archive.
 *
 * @param onLeft is told of folders of which none can be made, and why
 */
export async function finishAllAbandoned(
  parent: string,
  onLeft: (folder: string, reason: string) => void = () => {},
): Promise<string[]> {
  const names = await readdir(parent).catch((): string[] => [])
  const made: string[] = []
  for (const name of names.filter((one) => one.endsWith(PARTIAL))) {
    const folder = join(parent, name)
    const reason = await whyNot(folder)
    if (reason !== undefined) onLeft(folder, reason)
    else if (await isAbandoned(folder)) {
      try {
        made.push(await finishAbandoned(folder))
      } catch (thrown) {
        onLeft(folder, thrown instanceof Error ? thrown.message : String(thrown))
      }
    }
  }
  return made
}

async function whyNot(folder: string): Promise<string | undefined> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return 'it is no folder'
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const other = entries.find((entry) => !entry.isFile())
  return other && `"${other.name}" in it is no file`
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
