import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'

/** What stands where a file should. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe'
  return found.isSocket() ? 'a socket' : 'a device'
}

/** Reading a pipe or a device might never end. @throws EISDIR, EINVAL, and whatever the system says */
export async function assertFile(path: string): Promise<void> {
  const found = await stat(path)
  if (found.isFile() || found.isDirectory()) return
  const message = `${path} is ${kindOf(found)}, not a file`
  throw Object.assign(new Error(message), { code: 'EINVAL' })
}

/** A whole file. @throws as {@link assertFile} */
export async function readWhole(path: string): Promise<Uint8Array> {
  await assertFile(path)
  return readFile(path)
}

/** Takes what is not there for nothing. */
export function unlessMissing(thrown: unknown): undefined {
  const { code } = thrown as NodeJS.ErrnoException
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw thrown
}
