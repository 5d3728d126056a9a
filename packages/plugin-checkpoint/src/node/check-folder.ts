import { lstatSync, mkdtempSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Tries whether something can be made in a folder or, if it is missing, in the next folder above that is
 * there: with a folder of a name of its own, which is gone afterwards.
 *
 * @throws what the system says
 */
export function checkFolder(path: string): void {
  let folder = path
  while (dirname(folder) !== folder && !isThere(folder)) folder = dirname(folder)
  rmdirSync(mkdtempSync(join(folder, '.regimen-')))
}

function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
