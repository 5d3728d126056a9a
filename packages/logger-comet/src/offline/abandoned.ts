import { readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { finishAbandoned, OWNER, PARTIAL } from './archive.js'

/**
 * Makes archives of runs that were killed before they could: of folders whose process is gone from
 * this machine.
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
    const { pid, host } = JSON.parse(await readFile(join(folder, OWNER), 'utf8'))
    return host === hostname() && !isAlive(pid)
  } catch {
    return false
  }
}

/** Signal 0 asks only; a process of another user exists too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
