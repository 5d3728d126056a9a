import type * as Fs from 'node:fs'
import type * as Inspector from 'node:inspector'
import type * as Path from 'node:path'

/** What is used of Node. */
export interface NodeModules {
  readonly fs: typeof Fs
  readonly inspector: typeof Inspector
  readonly path: typeof Path
}

/** Node's own modules, or `undefined` in a browser. Asked for at run time, so that bundlers find no import. */
export function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  const get = process?.getBuiltinModule
  if (!get) return undefined
  return { fs: get('node:fs'), inspector: get('node:inspector'), path: get('node:path') }
}

/**
 * Tries whether something can be made in a folder or, if it is missing, in the next folder above that is
 * there: with a folder of a name of its own, which is gone afterwards.
 *
 * @throws what the system says
 */
export function checkFolder({ fs, path }: NodeModules, folder: string): void {
  const isThere = (place: string) =>
    fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined
  let place = folder
  while (path.dirname(place) !== place && !isThere(place)) place = path.dirname(place)
  fs.rmdirSync(fs.mkdtempSync(path.join(place, '.regimen-')))
}

/** Writes a file; of one that cannot be written to its end nothing is left. */
export function writeWhole(path: string, text: string): void {
  const fs = nodeModules()?.fs
  if (!fs) return
  const descriptor = fs.openSync(path, 'w')
  try {
    fs.writeFileSync(descriptor, text)
  } catch (thrown) {
    fs.rmSync(path, { force: true })
    throw thrown
  } finally {
    fs.closeSync(descriptor)
  }
}

/** A path as a person types it: from the working folder on where it lies in there. */
export function shownPath(path: string): string {
  const relative = nodeModules()?.path.relative('', path) ?? path
  return relative.startsWith('..') ? path : relative
}
