import type { NodeModules } from './node-modules.js'

/**
 * Tries whether something can be made in a folder, or where it is missing in the next above it that is
 * there: with a folder of a name of its own, which is gone afterwards.
 *
 * @throws what the system says
 */
export function checkFolder({ fs, path }: NodeModules, folder: string): void {
  const isThere = (place: string) => fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined
  let place = folder
  while (path.dirname(place) !== place && !isThere(place)) place = path.dirname(place)
  fs.rmdirSync(fs.mkdtempSync(path.join(place, '.regimen-')))
}
