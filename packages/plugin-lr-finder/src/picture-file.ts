import { dirname, join, resolve } from 'node:path'
import { makeFolder } from '@regimen/core/files'
import { claimFolder, logFolder, replaceFile } from '@regimen/logger-kit/files'

/** Where a picture goes: the folder of the run, or a folder of its own, `lr-finder/version_N`. */
export interface PicturePlace {
  readonly rootDir: string
  readonly logDir: string | undefined
}

/** Writes the picture. @returns its path @throws the system's error */
export async function writePicture(
  svg: string,
  { rootDir, logDir }: PicturePlace,
): Promise<string> {
  const folder =
    logDir ?? (await claimFolder(logFolder(resolve(rootDir), { name: 'lr-finder' }))).path
  const file = join(folder, 'lr-finder.svg')
  makeFolder(dirname(file))
  await replaceFile(file, svg)
  return file
}
