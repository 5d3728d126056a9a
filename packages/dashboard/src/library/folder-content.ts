import type { Dirent, Stats } from 'node:fs'
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that a run's logger, or a report of it, writes. */
const OWN =
  /^(metrics(-\d+)?\.(csv|jsonl)|hparams(-\d+)?\.yaml|run(-\d+)?\.json|graph\.(json|txt)|report\.html|\.?[^/]*\.[0-9a-f]{12}-\d+-\d*-[0-9a-f]{8}(-\d+)*\.tmp)$/
const IMAGE = /\.(png|jpg)$/

/** Bytes of all files of a folder and the folders in it; links count as nothing. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    () => [] as Dirent[],
  )
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return folderSize(path)
    return entry.isFile() ? ((await lstat(path).catch(() => undefined))?.size ?? 0) : 0
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/**
 * Removes what belongs to the runs in a folder, then the folder if it is empty. Never removes a file
 * that no logger writes, never follows a link, and stays in the folder.
 *
 * @returns names of what is left
 * @throws the system's error
 */
export async function removeRunFolder(folder: string): Promise<string[]> {
  const { isDirectory } = await kindOf(folder)
  if (!isDirectory) throw new Error(`${folder} is no folder, or a link to one`)
  await removeFiles(folder, OWN)
  const images = join(folder, 'images')
  if ((await kindOf(images)).isDirectory) {
    await removeFiles(images, IMAGE)
    await rmdir(images).catch(() => undefined)
  }
  const left = await readdir(folder)
  if (left.length === 0) await rmdir(folder)
  return left
}

async function removeFiles(folder: string, names: RegExp): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && names.test(entry.name)) await unlink(join(folder, entry.name))
  }
}

async function kindOf(path: string): Promise<{ readonly isDirectory: boolean }> {
  const found: Stats | undefined = await lstat(path).catch(() => undefined)
  return { isDirectory: found?.isDirectory() === true }
}
